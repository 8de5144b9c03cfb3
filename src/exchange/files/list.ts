import { fromText, sha256, toText, u32 } from '../bytes';
import { BODY_MAX_BYTES, CHUNK_MAX_BYTES, FILE_MAX_BYTES, LIST_MAX_CHUNKS } from './limits';

/**
 * What a file is made of, in order: `PRL0`, key id (8 bytes, zeros in an open audience), file id (32), count (u32), and for
 * each chunk its name (32), its length (u32) and its body's length (u32).
 */
const MAGIC = Buffer.from('PRL0');
const NAME_BYTES = 32;
const HEAD_BYTES = MAGIC.length + 8 + NAME_BYTES + 4;
const ENTRY_BYTES = NAME_BYTES + 8;
const OPEN_KEY = Buffer.alloc(8);

export const LIST_MAX_BYTES = HEAD_BYTES + LIST_MAX_CHUNKS * ENTRY_BYTES;

export interface ListEntry {
  readonly name: Buffer;
  /** Bytes of content. */
  readonly length: number;
  /** Bytes on the line. */
  readonly body: number;
}

/** A list of chunks over its own bytes: 40 bytes a chunk, whatever the file. */
export class ChunkList {
  readonly count: number;
  /** Bytes of the file. */
  readonly size: number;
  /** 43 characters of base64url: says which list positions are meant in. */
  readonly hash: string;

  private constructor(readonly bytes: Buffer) {
    this.count = bytes.readUInt32BE(HEAD_BYTES - 4);
    let size = 0;
    for (let at = 0; at < this.count; at++) size += this.length(at);
    this.size = size;
    this.hash = toText(sha256(bytes));
  }

  /** Null in an open audience. */
  get keyId(): string | null {
    const key = this.bytes.subarray(4, 12);
    return key.equals(OPEN_KEY) ? null : toText(key);
  }

  get file(): string {
    return this.bytes.subarray(12, 12 + NAME_BYTES).toString('hex');
  }

  /** 64 hexadecimal digits. */
  name(position: number): string {
    const at = HEAD_BYTES + position * ENTRY_BYTES;
    return this.bytes.subarray(at, at + NAME_BYTES).toString('hex');
  }

  length(position: number): number {
    return this.bytes.readUInt32BE(HEAD_BYTES + position * ENTRY_BYTES + NAME_BYTES);
  }

  bodyLength(position: number): number {
    return this.bytes.readUInt32BE(HEAD_BYTES + position * ENTRY_BYTES + NAME_BYTES + 4);
  }

  static of(file: string, keyId: string | null, entries: readonly ListEntry[]): ChunkList {
    const head = [MAGIC, keyId === null ? OPEN_KEY : fromText(keyId), Buffer.from(file, 'hex')];
    const rows = entries.flatMap(({ name, length, body }) => [name, u32(length), u32(body)]);
    return new ChunkList(Buffer.concat([...head, u32(entries.length), ...rows]));
  }

  /** The list in bytes that came from anywhere. @returns undefined where they are none */
  static read(bytes: Buffer): ChunkList | undefined {
    if (bytes.length < HEAD_BYTES || !bytes.subarray(0, 4).equals(MAGIC)) return undefined;
    const count = bytes.readUInt32BE(HEAD_BYTES - 4);
    if (count > LIST_MAX_CHUNKS || bytes.length !== HEAD_BYTES + count * ENTRY_BYTES) return undefined;
    const list = new ChunkList(Buffer.from(bytes));
    for (let at = 0; at < count; at++) {
      if (!within(list.length(at), CHUNK_MAX_BYTES) || !within(list.bodyLength(at), BODY_MAX_BYTES))
        return undefined;
    }
    return list.size <= FILE_MAX_BYTES ? list : undefined;
  }
}

const within = (length: number, most: number): boolean => length >= 1 && length <= most;
