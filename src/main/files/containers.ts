import { createHmac, randomBytes, type KeyObject } from 'node:crypto';
import { access, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PreauError } from '../../domain/errors';
import { syncDirectory } from '../../store/atomic-file';
import { deriveKey, sealingKey } from '../../store/seal';
import { ChunkIndex } from './chunk-index';
import { Container } from './container';
import { FramesBroken } from './frames';

const SHA256 = /^[0-9a-f]{64}$/;
const FOLDER = /^[0-9a-f]{2}$/;
const REST = /^[0-9a-f]{62}$/;

/** Containers of one store on the disk: their names, who holds which chunk, and who is in use. */
export class Containers {
  readonly #pins = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();
  /** Seen not to open: the next time that file comes, it takes their place. */
  readonly #damaged = new Set<string>();
  #index: Promise<ChunkIndex> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param key the data key, asked at each use: it may come with a sign-in and go */
  constructor(
    readonly folder: string,
    private readonly dataKey: () => Uint8Array,
  ) {}

  sealingKey(): KeyObject {
    return sealingKey(this.dataKey(), 'preau/files/1');
  }

  /** A name on the disk: who holds the file elsewhere cannot recognise it here. */
  nameOf(what: string, value: string): string {
    return createHmac('sha256', deriveKey(this.dataKey(), 'preau/file names/1'))
      .update(`${what} ${value}`)
      .digest('hex');
  }

  /** @throws PreauError `BAD_INPUT` for what is no SHA-256 */
  fileName(sha256: string): string {
    if (!SHA256.test(sha256)) throw new PreauError('BAD_INPUT', { path: 'sha256' });
    return this.nameOf('file', sha256);
  }

  pathOf(name: string): string {
    return join(this.folder, name.slice(0, 2), name.slice(2));
  }

  draftPath(): string {
    return join(this.folder, 'drafts', randomBytes(12).toString('hex'));
  }

  async exists(name: string): Promise<boolean> {
    return access(this.pathOf(name)).then(
      () => true,
      () => false,
    );
  }

  /** Names of all files, of either layout. */
  async all(): Promise<string[]> {
    const folders = await readdir(this.folder).catch(() => []);
    const names: string[] = [];
    for (const folder of folders.filter((one) => FOLDER.test(one)))
      for (const rest of await readdir(join(this.folder, folder)))
        if (REST.test(rest)) names.push(folder + rest);
    return names;
  }

  /** @returns undefined for a file of the former layout @throws FramesBroken; Error `ENOENT` */
  async open(name: string): Promise<Container | undefined> {
    const handle = await open(this.pathOf(name), 'r');
    try {
      const head = Buffer.alloc(4);
      await handle.read(head, 0, 4, 0);
      if (Container.isOne(head)) return await Container.open(handle, this.sealingKey());
      await handle.close();
      return undefined;
    } catch (error) {
      await handle.close().catch(() => undefined);
      throw error;
    }
  }

  /** As `open`, for who goes on without: gone, damaged and former ones are undefined. */
  async tryOpen(name: string): Promise<Container | undefined> {
    try {
      return await this.open(name);
    } catch (error) {
      if (error instanceof FramesBroken || (error as NodeJS.ErrnoException).code === 'ENOENT')
        return undefined;
      throw error;
    }
  }

  /** Read from all feet at the first use. */
  index(): Promise<ChunkIndex> {
    this.#index ??= (async () => {
      const index = new ChunkIndex();
      for (const name of await this.all()) {
        const container = await this.tryOpen(name);
        if (container) index.add(name, container.foot);
        await container?.close();
      }
      return index;
    })();
    this.#index.catch(() => (this.#index = undefined));
    return this.#index;
  }

  /** Commits and collection, one at a time. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Gives a finished draft its name. Where that file is here already, others may lean on it: it stays, the draft goes. */
  commit(draft: string, name: string): Promise<void> {
    return this.alone(async () => {
      const index = await this.index();
      const held = await this.tryOpen(name);
      await held?.close();
      if (held && !this.#damaged.delete(name)) return rm(draft, { force: true });
      index.drop(name);
      const path = this.pathOf(name);
      await mkdir(dirname(path), { recursive: true });
      await this.put(draft, name);
      const container = await this.open(name);
      if (container) index.add(name, container.foot);
      await container?.close();
    });
  }

  async sawDamaged(name: string): Promise<void> {
    this.#damaged.add(name);
    (await this.index()).drop(name);
  }

  /** Renames durably, over what stood there. */
  async put(draft: string, name: string): Promise<void> {
    const path = this.pathOf(name);
    await rename(draft, path);
    await syncDirectory(dirname(path));
    await syncDirectory(this.folder);
  }

  /** Keeps containers from being collected while they are read or leant on. @returns lets them go */
  pin(names: Iterable<string>): () => void {
    const mine = [...names];
    for (const name of mine) this.#pins.set(name, (this.#pins.get(name) ?? 0) + 1);
    return () => {
      for (const name of mine.splice(0)) {
        const left = (this.#pins.get(name) ?? 1) - 1;
        if (left > 0) this.#pins.set(name, left);
        else {
          this.#pins.delete(name);
          for (const go of this.#waiting.get(name) ?? []) go();
          this.#waiting.delete(name);
        }
      }
    };
  }

  /** Once nobody pins it. */
  released(name: string): Promise<void> {
    if (!this.isPinned(name)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), resolve]));
  }

  isPinned(name: string): boolean {
    return this.#pins.has(name);
  }
}
