import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { PreauError } from '../../domain/errors';
import { cutChunks, FILE_MAX_BYTES, packChunk } from '../../exchange/files';
import { storageError } from '../../store/storage-errors';
import { collectContainers, collectGrowing, discardContainer } from './collect';
import { Containers } from './containers';
import { Draft } from './draft';
import { FramesBroken } from './frames';
import type { ByteRange, FileStore, StoredFile } from './port';
import { openContent } from './reading';
import { Receptions } from './receptions';

export interface FileStoreOptions {
  readonly folder: string;
  /** The data key of the audience these files belong to, asked at each use: it may come with a sign-in and go. */
  readonly key: () => Uint8Array;
  /** Largest file, bytes. */
  readonly limit?: number;
}

/**
 * Content-addressed files under `folder` (docs/store.md): `ab/cdef…` whole ones, `receptions/` and `transfers/` growing ones,
 * `shares/` what the exchange says of them, `drafts/` of this run.
 */
export class EncryptedFileStore implements FileStore {
  readonly containers: Containers;
  readonly #receptions: Receptions;
  readonly #limit: number;

  constructor(private readonly options: FileStoreOptions) {
    this.containers = new Containers(options.folder, options.key);
    this.#limit = options.limit ?? FILE_MAX_BYTES;
    this.#receptions = new Receptions(this.containers, this.#limit, async (content, file) =>
      (await this.has(file.sha256)) ? file : this.#keep(content, file.size, file.sha256),
    );
  }

  async store(content: Readable, limit = this.#limit): Promise<StoredFile> {
    return this.#keep(content, limit);
  }

  /** Draft, flush, rename, flush the folder: a whole file or none. */
  async #keep(
    content: AsyncIterable<Uint8Array | string>,
    limit: number,
    expected?: string,
  ): Promise<StoredFile> {
    let draft: Draft | undefined;
    const hash = createHash('sha256');
    let size = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const piece of content) {
        const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
        size += bytes.length;
        if (size > limit) throw new PreauError('TOO_LARGE', { limit });
        hash.update(bytes);
        yield bytes;
      }
    }
    try {
      draft = await Draft.start(this.containers, await this.containers.index());
      for await (const chunk of cutChunks(counted())) await draft.add(packChunk(chunk), chunk.length);
      const file = { sha256: hash.digest('hex'), size };
      if (expected !== undefined && expected !== file.sha256) throw new PreauError('UPLOAD_BROKEN');
      await draft.finish(file);
      await this.containers.commit(draft.path, this.containers.fileName(file.sha256));
      return file;
    } catch (error) {
      throw storageError(error);
    } finally {
      await draft?.close();
    }
  }

  begin(key: string, size: number): Promise<number> {
    return this.#receptions.begin(key, size);
  }

  append(key: string, offset: number, bytes: Uint8Array): Promise<number> {
    return this.#receptions.append(key, offset, bytes);
  }

  finish(key: string, expected?: { readonly sha256: string }): Promise<StoredFile> {
    return this.#receptions.finish(key, expected);
  }

  abandon(key: string): Promise<void> {
    return this.#receptions.abandon(key);
  }

  has(sha256: string): Promise<boolean> {
    return this.containers.exists(this.containers.fileName(sha256));
  }

  async openRead(sha256: string, range: ByteRange = {}): Promise<Readable> {
    const rangeOf = (size: number) => ({
      start: Math.min(range.start ?? 0, size),
      end: Math.min((range.end ?? size - 1) + 1, size),
    });
    try {
      const { content, close } = await openContent(this.containers, sha256, rangeOf);
      const stream = Readable.from(this.#named(sha256, content), { objectMode: false });
      stream.once('close', () => void close().catch(() => undefined));
      return stream;
    } catch (error) {
      throw await this.#tampered(sha256, error);
    }
  }

  async *#named(sha256: string, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    try {
      yield* content;
    } catch (error) {
      throw await this.#tampered(sha256, error);
    }
  }

  async #tampered(sha256: string, error: unknown): Promise<unknown> {
    if (!(error instanceof FramesBroken)) return error;
    await this.containers.sawDamaged(this.containers.fileName(sha256));
    return new PreauError('DOCUMENT_TAMPERED', { id: sha256 }, { cause: error });
  }

  async collect(keep: Iterable<string>, before: number): Promise<number> {
    const kept = new Set([...keep].map((sha256) => this.containers.fileName(sha256)));
    const { folder } = this.options;
    const isOpen = (name: string): boolean => this.#receptions.isOpen(name);
    const growing = await Promise.all([
      collectGrowing(join(folder, 'receptions'), before, isOpen),
      collectGrowing(join(folder, 'transfers'), before, () => false),
    ]);
    return growing.reduce(
      (sum, bytes) => sum + bytes,
      await collectContainers(this.containers, kept, before),
    );
  }

  discard(sha256: string): Promise<void> {
    return discardContainer(this.containers, this.containers.fileName(sha256));
  }
}

/** Opens the store; what a crash left half written of this kind is cleared, receptions are kept. */
export async function openFileStore(options: FileStoreOptions): Promise<EncryptedFileStore> {
  await rm(join(options.folder, 'drafts'), { recursive: true, force: true });
  await mkdir(options.folder, { recursive: true });
  return new EncryptedFileStore(options);
}
