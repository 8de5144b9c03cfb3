import { randomBytes, type KeyObject } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { seal, SEAL_OVERHEAD, unseal } from '../../store/seal';
import type { StoredFile } from './port';

/**
 * A file at rest: `PRF1`, a random id of 16 bytes, frames of 64 KiB of content each sealed in its place, and a sealed
 * foot with the content's hash and size. Equal frames make any byte reachable without reading what comes before; the
 * foot shows a file that was cut, or put under another one's name.
 */
const MAGIC = Buffer.from('PRF1');
const ID_BYTES = 16;
const HEAD_BYTES = MAGIC.length + ID_BYTES;
/** Content bytes in a frame. */
export const FRAME_BYTES = 64 * 1024;
const SEALED_FRAME = FRAME_BYTES + SEAL_OVERHEAD;
const FOOT_BYTES = 32 + 8 + SEAL_OVERHEAD;

const framePlace = (id: Buffer, index: number): Buffer => Buffer.concat([id, Buffer.from(`frame ${index}`)]);
const footPlace = (id: Buffer): Buffer => Buffer.concat([id, Buffer.from('foot')]);

export class FramesBroken extends Error {
  override readonly name = 'FramesBroken';
}

/** Writes content of any piece size as frames. */
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

async function readExactly(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  if (bytesRead !== length) throw new FramesBroken('the file was cut');
  return bytes;
}

/** The foot of a file. @throws FramesBroken when it is cut, changed, or another file */
export async function readFoot(
  handle: FileHandle,
  key: KeyObject,
  sha256: string,
): Promise<{ readonly id: Buffer; readonly size: number }> {
  const { size: onDisk } = await handle.stat();
  if (onDisk < HEAD_BYTES + FOOT_BYTES) throw new FramesBroken('the file was cut');
  const head = await readExactly(handle, 0, HEAD_BYTES);
  const id = head.subarray(MAGIC.length);
  try {
    const foot = unseal(key, await readExactly(handle, onDisk - FOOT_BYTES, FOOT_BYTES), footPlace(id));
    if (foot.subarray(0, 32).toString('hex') !== sha256) throw new FramesBroken('another file');
    return { id, size: Number(foot.readBigUInt64BE(32)) };
  } catch (cause) {
    throw new FramesBroken('the foot does not open', { cause });
  }
}

/** Content from `start` to `end` (excluded), frame by frame. Closes the handle. @throws FramesBroken */
export async function* readFrames(
  handle: FileHandle,
  key: KeyObject,
  { id, size }: { readonly id: Buffer; readonly size: number },
  start: number,
  end: number,
): AsyncGenerator<Buffer> {
  try {
    for (let index = Math.floor(start / FRAME_BYTES); index * FRAME_BYTES < end; index++) {
      const first = index * FRAME_BYTES;
      const length = Math.min(FRAME_BYTES, size - first) + SEAL_OVERHEAD;
      const sealed = await readExactly(handle, HEAD_BYTES + index * SEALED_FRAME, length);
      let content: Buffer;
      try {
        content = unseal(key, sealed, framePlace(id, index));
      } catch (cause) {
        throw new FramesBroken('a frame does not open', { cause });
      }
      yield content.subarray(Math.max(0, start - first), Math.min(content.length, end - first));
    }
  } finally {
    await handle.close();
  }
}
