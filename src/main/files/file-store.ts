import { createHash, createHmac, randomBytes, type KeyObject } from 'node:crypto';
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { PreauError } from '../../domain/errors';
import { syncDirectory } from '../../store/atomic-file';
import { deriveKey, sealingKey } from '../../store/seal';
import { storageError } from '../../store/storage-errors';
import { FrameWriter, FramesBroken, readFoot, readFrames } from './frames';
import type { ByteRange, FileStore, StoredFile } from './port';
import { Reception } from './reception';

export interface FileStoreOptions {
  readonly folder: string;
  /** The data key of the audience these files belong to, asked at each use: it may come with a sign-in and go. */
  readonly key: () => Uint8Array;
  /** Largest file, bytes. */
  readonly limit?: number;
}

/** An application package is the largest thing a school moves. Bytes. */
const DEFAULT_LIMIT = 2 * 1024 ** 3;
const SHA256 = /^[0-9a-f]{64}$/;

/** Content-addressed files under `folder`: `ab/cdef…` whole ones, `receptions/` growing ones, `drafts/` of this run. */
export class EncryptedFileStore implements FileStore {
  readonly #receptions = new Map<string, Reception>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(private readonly options: FileStoreOptions) {}

  #sealingKey(): KeyObject {
    return sealingKey(this.options.key(), 'preau/files/1');
  }

  /** A name on the disk: who holds the file elsewhere cannot recognise it here. */
  #nameOf(what: string, value: string): string {
    return createHmac('sha256', deriveKey(this.options.key(), 'preau/file names/1'))
      .update(`${what} ${value}`)
      .digest('hex');
  }

  #pathOf(sha256: string): string {
    if (!SHA256.test(sha256)) throw new PreauError('BAD_INPUT', { path: 'sha256' });
    const name = this.#nameOf('file', sha256);
    return join(this.options.folder, name.slice(0, 2), name.slice(2));
  }

  async store(content: Readable, limit = this.options.limit ?? DEFAULT_LIMIT): Promise<StoredFile> {
    return this.#keep(content, limit);
  }

  /** Draft, flush, rename, flush the folder: a whole file or none. */
  async #keep(
    content: AsyncIterable<Uint8Array | string>,
    limit: number,
    expected?: string,
  ): Promise<StoredFile> {
    const drafts = join(this.options.folder, 'drafts');
    const draft = join(drafts, randomBytes(12).toString('hex'));
    const hash = createHash('sha256');
    let size = 0;
    try {
      await mkdir(drafts, { recursive: true });
      const handle = await open(draft, 'wx', 0o600);
      let file: StoredFile;
      try {
        const writer = new FrameWriter(handle, this.#sealingKey());
        for await (const piece of content) {
          const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
          size += bytes.length;
          if (size > limit) throw new PreauError('TOO_LARGE', { limit });
          hash.update(bytes);
          await writer.write(bytes);
        }
        file = { sha256: hash.digest('hex'), size };
        if (expected !== undefined && expected !== file.sha256) throw new PreauError('UPLOAD_BROKEN');
        await writer.end(file);
      } finally {
        await handle.close();
      }
      const path = this.#pathOf(file.sha256);
      await mkdir(dirname(path), { recursive: true });
      await rename(draft, path);
      await syncDirectory(dirname(path));
      await syncDirectory(this.options.folder);
      return file;
    } catch (error) {
      await rm(draft, { force: true });
      throw storageError(error);
    }
  }

  begin(key: string, size: number): Promise<number> {
    return this.#inTurn(key, async (name, path) => {
      const limit = this.options.limit ?? DEFAULT_LIMIT;
      if (size > limit) throw new PreauError('TOO_LARGE', { limit });
      if (!Number.isSafeInteger(size) || size < 0) throw new PreauError('BAD_INPUT', { path: 'size' });
      let reception = await this.#reception(name, path);
      if (reception?.size !== size) {
        await mkdir(dirname(path), { recursive: true });
        reception = await Reception.start(path, name, this.#sealingKey(), size);
        this.#receptions.set(name, reception);
      }
      return reception.offset;
    });
  }

  append(key: string, offset: number, bytes: Uint8Array): Promise<number> {
    return this.#inTurn(key, async (name, path) => {
      const reception = await this.#reception(name, path);
      if (!reception) throw new PreauError('UPLOAD_BROKEN');
      return reception.append(offset, bytes);
    });
  }

  finish(key: string, expected?: { readonly sha256: string }): Promise<StoredFile> {
    return this.#inTurn(key, async (name, path) => {
      const reception = await this.#reception(name, path);
      if (!reception || reception.offset !== reception.size) throw new PreauError('UPLOAD_BROKEN');
      const sha256 = reception.hash.copy().digest('hex');
      // Bytes that are not what was announced never will be: the next `begin` starts afresh.
      if (expected && expected.sha256 !== sha256) await this.#drop(name, path);
      if (expected && expected.sha256 !== sha256) throw new PreauError('UPLOAD_BROKEN');
      const file = (await this.has(sha256))
        ? { sha256, size: reception.size }
        : await this.#keep(reception.content(), reception.size, sha256);
      await this.#drop(name, path);
      return file;
    });
  }

  abandon(key: string): Promise<void> {
    return this.#inTurn(key, (name, path) => this.#drop(name, path));
  }

  async #drop(name: string, path: string): Promise<void> {
    this.#receptions.delete(name);
    await rm(path, { force: true });
  }

  async #reception(name: string, path: string): Promise<Reception | undefined> {
    const known = this.#receptions.get(name) ?? (await Reception.resume(path, name, this.#sealingKey()));
    if (known) this.#receptions.set(name, known);
    return known;
  }

  /** One at a time for each reception. */
  async #inTurn<T>(key: string, work: (name: string, path: string) => Promise<T>): Promise<T> {
    const name = this.#nameOf('reception', key);
    const path = join(this.options.folder, 'receptions', name);
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(() => work(name, path));
    const settled = turn.catch(() => undefined);
    this.#turns.set(name, settled);
    try {
      return await turn;
    } catch (error) {
      throw storageError(error);
    } finally {
      if (this.#turns.get(name) === settled) this.#turns.delete(name);
    }
  }

  async has(sha256: string): Promise<boolean> {
    return access(this.#pathOf(sha256)).then(
      () => true,
      () => false,
    );
  }

  async openRead(sha256: string, range: ByteRange = {}): Promise<Readable> {
    const handle = await open(this.#pathOf(sha256), 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new PreauError('NOT_FOUND', { kind: 'file' });
      throw error;
    });
    const key = this.#sealingKey();
    try {
      const foot = await readFoot(handle, key, sha256);
      const start = Math.min(range.start ?? 0, foot.size);
      const end = Math.min((range.end ?? foot.size - 1) + 1, foot.size);
      return Readable.from(named(sha256, readFrames(handle, key, foot, start, end)), { objectMode: false });
    } catch (error) {
      await handle.close();
      throw tampered(sha256, error);
    }
  }

  async collect(keep: Iterable<string>, before: number): Promise<number> {
    const kept = new Set([...keep].map((sha256) => this.#pathOf(sha256)));
    let freed = 0;
    const names = await readdir(this.options.folder, { recursive: true, withFileTypes: true }).catch(
      () => [],
    );
    for (const entry of names) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || kept.has(path)) continue;
      const { size, mtimeMs } = await stat(path);
      if (mtimeMs >= before || this.#receptions.has(entry.name)) continue;
      await rm(path, { force: true });
      freed += size;
    }
    return freed;
  }
}

const tampered = (sha256: string, error: unknown): unknown =>
  error instanceof FramesBroken
    ? new PreauError('DOCUMENT_TAMPERED', { id: sha256 }, { cause: error })
    : error;

async function* named(sha256: string, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* content;
  } catch (error) {
    throw tampered(sha256, error);
  }
}

/** Opens the store; what a crash left half written of this kind is cleared, receptions are kept. */
export async function openFileStore(options: FileStoreOptions): Promise<FileStore> {
  await rm(join(options.folder, 'drafts'), { recursive: true, force: true });
  await mkdir(options.folder, { recursive: true });
  return new EncryptedFileStore(options);
}
