import { createHash, type Hash, type KeyObject } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { PreauError } from '../../domain/errors';
import { seal, SEAL_OVERHEAD, unseal } from '../../store/seal';
import { storageError } from '../../store/storage-errors';

/** A sealed piece's length stands before it, 4 bytes. Larger pieces are cut. Content bytes. */
const PIECE_BYTES = 256 * 1024;
const LENGTH_BYTES = 4;

const piecePlace = (name: string, index: number): Buffer => Buffer.from(`preau/reception/1|${name}|${index}`);

/**
 * A file on its way in: sealed pieces one after the other, the first one holding the announced size. It is only ever
 * appended to, so a kill costs at most the piece that was being written, and reading it again tells where it stands.
 */
export class Reception {
  #end = 0;
  #pieces = 0;
  offset = 0;

  private constructor(
    readonly path: string,
    private readonly name: string,
    private readonly key: KeyObject,
    readonly size: number,
    readonly hash: Hash,
  ) {}

  /** Starts a reception afresh, over an older one of that path. */
  static async start(path: string, name: string, key: KeyObject, size: number): Promise<Reception> {
    const reception = new Reception(path, name, key, size, createHash('sha256'));
    await (await open(path, 'w', 0o600)).close();
    await reception.#write([Buffer.from(JSON.stringify({ size }))]);
    return reception;
  }

  /** Finds a reception again; what does not open at its end is cut off. Undefined where there is none of use. */
  static async resume(path: string, name: string, key: KeyObject): Promise<Reception | undefined> {
    const handle = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!handle) return undefined;
    try {
      let reception: Reception | undefined;
      for await (const { content, end } of piecesOf(handle, name, key)) {
        if (!reception) {
          const { size } = JSON.parse(content.toString()) as { size: number };
          reception = new Reception(path, name, key, size, createHash('sha256'));
        } else {
          reception.hash.update(content);
          reception.offset += content.length;
        }
        reception.#pieces++;
        reception.#end = end;
      }
      if (reception) await handle.truncate(reception.#end);
      return reception;
    } finally {
      await handle.close();
    }
  }

  /** @throws PreauError `UPLOAD_BROKEN`, `DISK_FULL`: the reception stands where it stood */
  async append(offset: number, bytes: Uint8Array): Promise<number> {
    if (offset !== this.offset || offset + bytes.length > this.size) throw new PreauError('UPLOAD_BROKEN');
    const pieces: Uint8Array[] = [];
    for (let from = 0; from < bytes.length; from += PIECE_BYTES)
      pieces.push(bytes.subarray(from, from + PIECE_BYTES));
    await this.#write(pieces);
    this.hash.update(bytes);
    this.offset += bytes.length;
    return this.offset;
  }

  async #write(pieces: readonly Uint8Array[]): Promise<void> {
    const sealed = pieces.flatMap((piece, index) => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32BE(piece.length + SEAL_OVERHEAD);
      return [length, seal(this.key, piece, piecePlace(this.name, this.#pieces + index))];
    });
    const bytes = Buffer.concat(sealed);
    const handle = await open(this.path, 'r+');
    try {
      let done = 0;
      while (done < bytes.length) {
        done += (await handle.write(bytes, done, bytes.length - done, this.#end + done)).bytesWritten;
      }
    } catch (error) {
      await handle.truncate(this.#end);
      throw storageError(error);
    } finally {
      await handle.close();
    }
    this.#end += bytes.length;
    this.#pieces += pieces.length;
  }

  /** All content, from the disk. */
  async *content(): AsyncGenerator<Buffer> {
    const handle = await open(this.path, 'r');
    try {
      let first = true;
      for await (const { content } of piecesOf(handle, this.name, this.key)) {
        if (!first) yield content;
        first = false;
      }
    } finally {
      await handle.close();
    }
  }
}

/** Pieces up to the first that is cut or does not open. */
async function* piecesOf(
  handle: FileHandle,
  name: string,
  key: KeyObject,
): AsyncGenerator<{ content: Buffer; end: number }> {
  const length = Buffer.alloc(LENGTH_BYTES);
  for (let position = 0, index = 0; ; index++) {
    if ((await handle.read(length, 0, LENGTH_BYTES, position)).bytesRead < LENGTH_BYTES) return;
    const bytes = length.readUInt32BE();
    if (bytes < SEAL_OVERHEAD || bytes > PIECE_BYTES + SEAL_OVERHEAD) return;
    const sealed = Buffer.alloc(bytes);
    if ((await handle.read(sealed, 0, bytes, position + LENGTH_BYTES)).bytesRead < bytes) return;
    position += LENGTH_BYTES + bytes;
    try {
      yield { content: unseal(key, sealed, piecePlace(name, index)), end: position };
    } catch {
      return;
    }
  }
}
