import type { PouchRow } from 'pouchdb-core';

interface Write {
  readonly ids: readonly string[];
  readonly prepare: () => PouchRow[];
  readonly settle: (error?: unknown) => void;
}
interface Task {
  readonly run: () => Promise<void>;
}

/** More than this in one LevelDB batch only costs memory. Rows. */
const GROUP_LIMIT = 2000;

/**
 * One writer for a database. Writes that wait while another is on its way to the disk go together in the next batch:
 * the 28 entries of a roll call then cost one or two flushes of the disk and not 28. Writes that share a document are
 * never in one group, so each is prepared against what is already durable.
 */
export class WriteQueue {
  readonly #waiting: (Write | Task)[] = [];
  #running: Promise<void> | undefined;

  /** `again` tells whether a failed group may be prepared once more, now that more is known. */
  constructor(
    private readonly commit: (rows: PouchRow[]) => Promise<void>,
    private readonly again: (error: unknown) => boolean = () => false,
  ) {}

  /**
   * `prepare` runs when the write's turn has come and may throw to refuse it; `result` runs right after the batch is
   * durable, before any other write.
   */
  write<T>(ids: readonly string[], prepare: () => PouchRow[], result: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = (error?: unknown): void => {
        if (error !== undefined) return reject(error as Error);
        try {
          resolve(result());
        } catch (failure) {
          reject(failure as Error);
        }
      };
      this.#add({ ids, prepare, settle });
    });
  }

  /** Runs alone, between two batches. */
  exclusive<T>(task: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#add({ run: () => task().then(resolve, reject) });
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  #add(item: Write | Task): void {
    this.#waiting.push(item);
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    // Everything asked for in the same turn of the event loop belongs to the first group too.
    await Promise.resolve();
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      if ('run' in next) await next.run();
      else await this.#runGroup(next);
    }
    // In the same turn as the last look at the list: whoever adds from now on starts a new run.
    this.#running = undefined;
  }

  async #runGroup(first: Write): Promise<void> {
    const taken = new Set<string>();
    const group: Write[] = [];
    const rows: PouchRow[] = [];
    for (let write: Write | undefined = first; write; write = this.#nextFor(taken, rows.length)) {
      for (const id of write.ids) taken.add(id);
      try {
        for (const row of write.prepare()) rows.push(row);
        group.push(write);
      } catch (refusal) {
        write.settle(refusal);
      }
    }
    try {
      if (rows.length > 0) await this.commit(rows);
      for (const write of group) write.settle();
    } catch (error) {
      if (this.again(error)) this.#waiting.unshift(...group);
      else for (const write of group) write.settle(error);
    }
  }

  #nextFor(taken: ReadonlySet<string>, size: number): Write | undefined {
    const next = this.#waiting[0];
    if (!next || 'run' in next || size >= GROUP_LIMIT || next.ids.some((id) => taken.has(id)))
      return undefined;
    this.#waiting.shift();
    return next;
  }
}
