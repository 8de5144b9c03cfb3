import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PreauError } from '../../domain/errors';
import { storageError } from '../../store/storage-errors';
import type { Containers } from './containers';
import type { StoredFile } from './port';
import { Reception } from './reception';

/** Files that grow piece by piece and survive a restart (`FileStore.begin` to `finish`), one turn at a time for each. */
export class Receptions {
  readonly #receptions = new Map<string, Reception>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly containers: Containers,
    private readonly limit: number,
    private readonly keep: (content: AsyncIterable<Buffer>, file: StoredFile) => Promise<StoredFile>,
  ) {}

  begin(key: string, size: number): Promise<number> {
    return this.#inTurn(key, async (name, path) => {
      if (size > this.limit) throw new PreauError('TOO_LARGE', { limit: this.limit });
      if (!Number.isSafeInteger(size) || size < 0) throw new PreauError('BAD_INPUT', { path: 'size' });
      let reception = await this.#reception(name, path);
      if (reception?.size !== size) {
        await mkdir(dirname(path), { recursive: true });
        reception = await Reception.start(path, name, this.containers.sealingKey(), size);
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
      const file = await this.keep(reception.content(), { sha256, size: reception.size });
      await this.#drop(name, path);
      return file;
    });
  }

  abandon(key: string): Promise<void> {
    return this.#inTurn(key, (name, path) => this.#drop(name, path));
  }

  /** True for the file of a reception that is going on. */
  isOpen(name: string): boolean {
    return this.#receptions.has(name);
  }

  async #drop(name: string, path: string): Promise<void> {
    this.#receptions.delete(name);
    await rm(path, { force: true });
  }

  async #reception(name: string, path: string): Promise<Reception | undefined> {
    const known =
      this.#receptions.get(name) ?? (await Reception.resume(path, name, this.containers.sealingKey()));
    if (known) this.#receptions.set(name, known);
    return known;
  }

  async #inTurn<T>(key: string, work: (name: string, path: string) => Promise<T>): Promise<T> {
    const name = this.containers.nameOf('reception', key);
    const path = join(this.containers.folder, 'receptions', name);
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
}
