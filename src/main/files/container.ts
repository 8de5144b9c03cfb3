import { randomBytes, type KeyObject } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { seal, SEAL_OVERHEAD, unseal } from '../../store/seal';
import { writeWhole } from '../../store/write-whole';
import { CHUNK_MAX_BYTES } from '../../exchange/files';
import { decodeFoot, encodeFoot, type ContainerFoot } from './foot';
import { FramesBroken, readExactly } from './frames';

/**
 * A file at rest: `PRF2`, a random id of 16 bytes, records, and a sealed foot with its length behind it. A record is a length
 * and a sealed packed chunk (src/exchange/files/body.ts) behind the position it has in its file. The foot says, chunk by chunk,
 * which record it is, here or in another file of this store: what two files share rests once.
 */
const MAGIC = Buffer.from('PRF2');
const ID_BYTES = 16;
const HEAD_BYTES = MAGIC.length + ID_BYTES;
const LENGTH_BYTES = 4;
const RECORD_MAX = LENGTH_BYTES + 1 + CHUNK_MAX_BYTES + SEAL_OVERHEAD;
/** The foot of 2 GiB in the smallest chunks, with room. */
const FOOT_MAX = 32 * 1024 * 1024;

const recordPlace = (id: Buffer, offset: number): Buffer =>
  Buffer.concat([id, Buffer.from(`record ${offset}`)]);
const footPlace = (id: Buffer): Buffer => Buffer.concat([id, Buffer.from('chunks')]);

/** Where a record begins in its container. */
export type RecordOffset = number;

/** Appends records to a container, new or found again. */
export class ContainerWriter {
  private constructor(
    private readonly handle: FileHandle,
    private readonly key: KeyObject,
    private readonly id: Buffer,
    private end: number,
  ) {}

  static async start(handle: FileHandle, key: KeyObject): Promise<ContainerWriter> {
    const id = randomBytes(ID_BYTES);
    await writeWhole(handle, Buffer.concat([MAGIC, id]), 0);
    return new ContainerWriter(handle, key, id, HEAD_BYTES);
  }

  /**
   * Finds an unfinished container again, and tells its records; what does not open at its end is written over.
   * @returns undefined where it is none
   */
  static async resume(
    handle: FileHandle,
    key: KeyObject,
    found: (position: number, packed: Buffer, offset: RecordOffset) => void,
  ): Promise<ContainerWriter | undefined> {
    const { size } = await handle.stat();
    if (size < HEAD_BYTES) return undefined;
    const head = await readExactly(handle, 0, HEAD_BYTES);
    if (!head.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
    const id = Buffer.from(head.subarray(MAGIC.length));
    let end = HEAD_BYTES;
    for (;;) {
      const record = await readRecord(handle, key, id, end).catch((error: unknown) => {
        if (error instanceof FramesBroken) return undefined;
        throw error;
      });
      if (!record) break;
      found(record.position, record.packed, end);
      end = record.end;
    }
    await handle.truncate(end);
    return new ContainerWriter(handle, key, id, end);
  }

  /** @returns where the record stands. A write that fails leaves the container as it was. */
  async append(position: number, packed: Uint8Array): Promise<RecordOffset> {
    const plain = Buffer.alloc(4 + packed.length);
    plain.writeUInt32BE(position);
    plain.set(packed, 4);
    const offset = this.end;
    const sealed = seal(this.key, plain, recordPlace(this.id, offset));
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(sealed.length);
    await this.#write(Buffer.concat([length, sealed]));
    return offset;
  }

  async read(offset: RecordOffset): Promise<Buffer> {
    return (await readRecord(this.handle, this.key, this.id, offset)).packed;
  }

  async sync(): Promise<void> {
    await this.handle.sync();
  }

  /** Writes the foot and flushes. */
  async finish(foot: ContainerFoot): Promise<void> {
    const sealed = seal(this.key, encodeFoot(foot), footPlace(this.id));
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(sealed.length);
    await this.#write(Buffer.concat([sealed, length]));
    await this.handle.sync();
  }

  async #write(bytes: Buffer): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        done += (await this.handle.write(bytes, done, bytes.length - done, this.end + done)).bytesWritten;
      }
    } catch (error) {
      await this.handle.truncate(this.end);
      throw error;
    }
    this.end += bytes.length;
  }
}

/** A whole container, open for reading. */
export class Container {
  private constructor(
    private readonly handle: FileHandle,
    private readonly key: KeyObject,
    private readonly id: Buffer,
    readonly foot: ContainerFoot,
  ) {}

  static isOne(head: Buffer): boolean {
    return head.subarray(0, MAGIC.length).equals(MAGIC);
  }

  /** @throws FramesBroken where it was cut or changed */
  static async open(handle: FileHandle, key: KeyObject): Promise<Container> {
    const { size } = await handle.stat();
    if (size < HEAD_BYTES + LENGTH_BYTES) throw new FramesBroken('the file was cut');
    const id = Buffer.from((await readExactly(handle, 0, HEAD_BYTES)).subarray(MAGIC.length));
    const length = (await readExactly(handle, size - LENGTH_BYTES, LENGTH_BYTES)).readUInt32BE();
    const begin = size - LENGTH_BYTES - length;
    if (length > FOOT_MAX || begin < HEAD_BYTES) throw new FramesBroken('the file was cut');
    try {
      const foot = unseal(key, await readExactly(handle, begin, length), footPlace(id));
      return new Container(handle, key, id, decodeFoot(foot));
    } catch (cause) {
      if (cause instanceof FramesBroken) throw cause;
      throw new FramesBroken('the foot does not open', { cause });
    }
  }

  /** The packed chunk of a record. @throws FramesBroken */
  async read(offset: RecordOffset): Promise<Buffer> {
    return (await readRecord(this.handle, this.key, this.id, offset)).packed;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

async function readRecord(
  handle: FileHandle,
  key: KeyObject,
  id: Buffer,
  offset: RecordOffset,
): Promise<{ position: number; packed: Buffer; end: number }> {
  const length = (await readExactly(handle, offset, LENGTH_BYTES)).readUInt32BE();
  if (length > RECORD_MAX || length < SEAL_OVERHEAD + 4) throw new FramesBroken('no record');
  try {
    const sealed = await readExactly(handle, offset + LENGTH_BYTES, length);
    const plain = unseal(key, sealed, recordPlace(id, offset));
    return {
      position: plain.readUInt32BE(),
      packed: plain.subarray(4),
      end: offset + LENGTH_BYTES + length,
    };
  } catch (cause) {
    if (cause instanceof FramesBroken) throw cause;
    throw new FramesBroken('a record does not open', { cause });
  }
}
