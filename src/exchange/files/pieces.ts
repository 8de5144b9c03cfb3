import { u32 } from '../bytes';
import { FrameError } from '../frames';
import { BODY_MAX_BYTES, HEAD_MAX_BYTES } from './limits';

/** A part of a chunk's body, in the order in which it came: a cut keeps what is before it. */
export interface Piece {
  readonly position: number;
  /** Where in the body these bytes stand. */
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Every message of the file exchange: u32 length, JSON, and what belongs to it (a list, or pieces). */
export function writeHead(head: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  return Buffer.concat([u32(json.length), json]);
}

/** One piece: position, offset and length (u32 each), bytes. The end is a piece at `END` without bytes. */
export const writePiece = (position: number, offset: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([u32(position), u32(offset), u32(bytes.length), bytes]);

const END = 0xffff_ffff;
const PIECE_HEAD = 12;
export const endOfPieces = (): Buffer => writePiece(END, 0, new Uint8Array(0));

/** Bytes that arrive in chunks cut anywhere. Holds no more than was asked for, and one chunk. */
export class Incoming {
  #held: Buffer = Buffer.alloc(0);
  readonly #source: AsyncIterator<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done) return false;
    this.#held = this.#held.length === 0 ? Buffer.from(next.value) : Buffer.concat([this.#held, next.value]);
    return true;
  }

  /** @throws FrameError where the source ends before */
  async exactly(length: number): Promise<Buffer> {
    while (this.#held.length < length) if (!(await this.#more())) throw new FrameError('cut');
    return this.#take(length);
  }

  /** What is there, one byte at least and `most` at the most. @throws FrameError at the end of the source */
  async some(most: number): Promise<Buffer> {
    while (this.#held.length === 0) if (!(await this.#more())) throw new FrameError('cut');
    return this.#take(Math.min(most, this.#held.length));
  }

  #take(length: number): Buffer {
    const out = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return out;
  }

  /** The rest, of which there may be so much. @throws FrameError past `limit` */
  async rest(limit: number): Promise<Buffer> {
    const all = [this.#held];
    let size = this.#held.length;
    for (;;) {
      if (size > limit) throw new FrameError('too long');
      const next = await this.#source.next();
      if (next.done) return Buffer.concat(all);
      size += next.value.length;
      all.push(Buffer.from(next.value));
    }
  }

  /** The JSON in front. @throws FrameError */
  async head(): Promise<unknown> {
    const length = (await this.exactly(4)).readUInt32BE();
    if (length > HEAD_MAX_BYTES) throw new FrameError('head too long');
    try {
      const parsed: unknown = JSON.parse((await this.exactly(length)).toString('utf8'));
      return parsed;
    } catch (error) {
      throw error instanceof FrameError ? error : new FrameError('no JSON');
    }
  }

  /** Pieces as they arrive, until their end. @throws FrameError where it does not come */
  async *pieces(): AsyncGenerator<Piece> {
    for (;;) {
      const head = await this.exactly(PIECE_HEAD);
      const position = head.readUInt32BE();
      if (position === END) return;
      const first = head.readUInt32BE(4);
      const end = first + head.readUInt32BE(8);
      if (end > BODY_MAX_BYTES) throw new FrameError('piece too long');
      for (let offset = first; offset < end;) {
        const bytes = await this.some(end - offset);
        yield { position, offset, bytes };
        offset += bytes.length;
      }
    }
  }
}
