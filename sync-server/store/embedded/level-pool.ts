import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenOptions } from 'abstract-leveldown';
import leveldown from 'leveldown';
import { Level } from './level';

/** A small cache each: hundreds are open at once. Bytes. */
const OPTIONS: OpenOptions = {
  createIfMissing: true,
  compression: true,
  cacheSize: 256 * 1024,
  writeBufferSize: 1024 * 1024,
};

interface Held {
  readonly opening: Promise<Level>;
  users: number;
  /** Out of the pool: closed as soon as nobody uses it. */
  readonly idle: PromiseWithResolvers<undefined>;
}

/**
 * One LevelDB a school, opened at first use. Of those that nobody is using, the one used longest ago is closed first:
 * each holds about six files, so the bound here bounds the files of the process.
 */
export class LevelPool {
  readonly #open = new Map<string, Held>();
  readonly #closing = new Map<string, Promise<void>>();
  #closed = false;

  /** @param beforeClose what stands on a database ends before it */
  constructor(
    private readonly folder: string,
    private readonly openMax: number,
    private readonly beforeClose: (name: string) => Promise<void>,
  ) {}

  get size(): number {
    return this.#open.size;
  }

  exists(name: string): Promise<boolean> {
    if (this.#open.has(name)) return Promise.resolve(true);
    return access(join(this.folder, name)).then(
      () => true,
      () => false,
    );
  }

  /** Lends the database of that name for the time of `work`. */
  async use<T>(name: string, work: (level: Level) => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error('store: closed');
    if (!/^[a-z0-9_-]{1,60}$/.test(name)) throw new RangeError(`not a database name: ${name}`);
    const held = this.#open.get(name) ?? {
      opening: this.#start(name),
      users: 0,
      idle: Promise.withResolvers<undefined>(),
    };
    this.#open.delete(name);
    this.#open.set(name, held);
    held.users += 1;
    let level: Level | undefined;
    try {
      level = await held.opening;
      return await work(level);
    } finally {
      held.users -= 1;
      // Not kept: what could not be opened may be the next time, and a log that broke off is read anew.
      if (!level || level.broken) this.#retire(name, held);
      if (held.users === 0 && this.#open.get(name) !== held) held.idle.resolve(undefined);
      this.#evict();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const [name, held] of [...this.#open]) this.#retire(name, held);
    await Promise.all(this.#closing.values());
  }

  async #start(name: string): Promise<Level> {
    await this.#closing.get(name);
    await mkdir(this.folder, { recursive: true });
    const inner = leveldown(join(this.folder, name));
    await new Promise<void>((resolve, reject) =>
      inner.open(OPTIONS, (error) => (error ? reject(error) : resolve())),
    );
    return new Level(inner);
  }

  #evict(): void {
    for (const [name, held] of this.#open) {
      if (this.#open.size <= this.openMax) return;
      if (held.users === 0) this.#retire(name, held);
    }
  }

  #retire(name: string, held: Held): void {
    if (this.#open.get(name) !== held) return;
    this.#open.delete(name);
    if (held.users === 0) held.idle.resolve(undefined);
    const closing = held.idle.promise
      .then(() => held.opening)
      .then(
        async (level) => {
          await this.beforeClose(name);
          await level.close();
        },
        // It never opened: whoever asked was told.
        () => undefined,
      )
      .finally(() => {
        if (this.#closing.get(name) === closing) this.#closing.delete(name);
      });
    this.#closing.set(name, closing);
  }
}
