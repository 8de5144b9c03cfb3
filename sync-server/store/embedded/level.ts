import { randomUUID } from 'node:crypto';
import type { Bytes, Operation } from 'abstract-leveldown';
import type { LevelDown } from 'leveldown';

/** Ids of the last writes that are remembered for caches; a cache that is further behind reads everything again. */
const REMEMBERED = 4000;

/** An open LevelDB, shared by the shelf of a school and its databases of documents. Only this process writes to it. */
export class Level {
  /** True after a failed write: LevelDB may have half a record in its log (google/leveldb#1180), and must be reopened. */
  broken = false;
  readonly #epoch = randomUUID();
  readonly #written: string[] = [];
  #count = 0;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(readonly inner: LevelDown) {}

  get(key: string): Promise<string | undefined> {
    return new Promise((resolve, reject) =>
      this.inner.get(key, { asBuffer: false }, (error, value) => {
        if (!error && value !== undefined) resolve(String(value));
        else if (/notfound/i.test(String(error))) resolve(undefined);
        else reject(error ?? new Error('LevelDB: no value'));
      }),
    );
  }

  batch(operations: readonly Operation[], sync = false): Promise<void> {
    return new Promise((resolve, reject) =>
      this.inner.batch(operations, { sync }, (error) => {
        if (!error) return resolve();
        this.broken = true;
        reject(error);
      }),
    );
  }

  /** Values of `gte <= key < lt`, in order. */
  async values(gte: Bytes, lt: Bytes, limit = -1): Promise<string[]> {
    const iterator = this.inner.iterator({ gte, lt, limit, keys: true, valueAsBuffer: false });
    const out: string[] = [];
    try {
      for (;;) {
        const value = await new Promise<Bytes | undefined>((resolve, reject) =>
          iterator.next((error, _key, found) => (error ? reject(error) : resolve(found))),
        );
        if (value === undefined) return out;
        out.push(String(value));
      }
    } finally {
      await new Promise<void>((resolve) => iterator.end(() => resolve()));
    }
  }

  async removeAll(gte: Bytes, lt: Bytes): Promise<void> {
    const iterator = this.inner.iterator({ gte, lt, values: false, keyAsBuffer: true });
    const keys: Bytes[] = [];
    await new Promise<void>((resolve, reject) => {
      const next = (): unknown =>
        iterator.next((error, key) => {
          if (error) return reject(error);
          if (key === undefined) return resolve();
          keys.push(key);
          next();
        });
      next();
    }).finally(() => new Promise<void>((resolve) => iterator.end(() => resolve())));
    for (let at = 0; at < keys.length; at += 1000)
      await this.batch(keys.slice(at, at + 1000).map((key) => ({ type: 'del', key })));
    // What was removed is still in the files until they are rewritten.
    await this.compact();
  }

  /** One at a time: a document is read and written in one go. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#queue.then(work, work);
    this.#queue = mine.catch(() => undefined);
    return mine;
  }

  wrote(ids: readonly string[]): void {
    this.#written.push(...ids);
    this.#count += ids.length;
    if (this.#written.length > 2 * REMEMBERED) this.#written.splice(0, this.#written.length - REMEMBERED);
  }

  writtenSince(mark: string | undefined): { mark: string; ids: readonly string[] | 'unknown' } {
    const [epoch, count] = (mark ?? '').split('.');
    const missing = this.#count - Number(count);
    const known = epoch === this.#epoch && missing >= 0 && missing <= this.#written.length;
    const ids = known ? this.#written.slice(this.#written.length - missing) : 'unknown';
    return { mark: `${this.#epoch}.${this.#count}`, ids };
  }

  /** Writes memory to tables and merges all tables: what was removed or written over is in no file any more. */
  compact(): Promise<void> {
    return new Promise((resolve, reject) =>
      this.inner.compactRange('', Buffer.from([0xff]), (error) => (error ? reject(error) : resolve())),
    );
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => this.inner.close((error) => (error ? reject(error) : resolve())));
  }
}
