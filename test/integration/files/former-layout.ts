import { randomBytes, type KeyObject } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { seal } from '../../../src/store/seal';
import type { StoredFile } from '../../../src/main/files/port';
import { FRAME_BYTES } from '../../../src/main/files/frames';

const MAGIC = Buffer.from('PRF1');
const ID_BYTES = 16;
const framePlace = (id: Buffer, index: number): Buffer => Buffer.concat([id, Buffer.from(`frame ${index}`)]);
const footPlace = (id: Buffer): Buffer => Buffer.concat([id, Buffer.from('foot')]);

/** Writes a file as data folders before chunks have it: the layout is kept here, so that reading it stays tested. */
export class FrameWriter {
  readonly #id = randomBytes(ID_BYTES);
  #held: Buffer[] = [];
  #heldBytes = 0;
  #index = 0;
  #started = false;

  constructor(
    private readonly handle: FileHandle,
    private readonly key: KeyObject,
  ) {}

  async write(bytes: Uint8Array): Promise<void> {
    this.#held.push(Buffer.from(bytes));
    this.#heldBytes += bytes.length;
    if (this.#heldBytes < FRAME_BYTES) return;
    const whole = Buffer.concat(this.#held);
    let from = 0;
    for (; whole.length - from >= FRAME_BYTES; from += FRAME_BYTES) {
      await this.#frame(whole.subarray(from, from + FRAME_BYTES));
    }
    this.#held = [whole.subarray(from)];
    this.#heldBytes = whole.length - from;
  }

  async end(file: StoredFile): Promise<void> {
    if (this.#heldBytes > 0 || !this.#started) await this.#frame(Buffer.concat(this.#held));
    const foot = Buffer.alloc(40);
    Buffer.from(file.sha256, 'hex').copy(foot);
    foot.writeBigUInt64BE(BigInt(file.size), 32);
    await this.handle.appendFile(seal(this.key, foot, footPlace(this.#id)));
    await this.handle.sync();
  }

  async #frame(content: Buffer): Promise<void> {
    if (!this.#started) await this.handle.appendFile(Buffer.concat([MAGIC, this.#id]));
    this.#started = true;
    await this.handle.appendFile(seal(this.key, content, framePlace(this.#id, this.#index++)));
  }
}
