import { mkdir } from 'node:fs/promises';
import type { Level } from './embedded/level';
import { LevelPool } from './embedded/level-pool';
import { levelShelf } from './embedded/level-shelf';
import { partOf } from './embedded/part-of-level';
import { PouchDocuments } from './embedded/pouch-documents';
import type { Documents, GatewayStore } from './shelf';

/** Schools whose database is open at once, each with about six files. */
const OPEN_MAX = 200;
/** Bases of documents that are ready at once, in memory only. */
const READY_MAX = 200;

interface Ready {
  readonly school: string;
  readonly base: Promise<PouchDocuments>;
  users: number;
}

const SETTINGS = 'preau_gateway';
const SCHOOL = /^(preau_[0-9]{7}[a-z])_([a-z0-9_-]+)$/;

/** A commune's store without any server: one LevelDB a school, in a folder that one process at a time may open. */
export function embeddedStore(folder: string, openMax = OPEN_MAX): GatewayStore {
  /** Bases of documents that are ready, the one used longest ago first. */
  const ready = new Map<string, Ready>();
  const ending = new Map<string, Promise<void>>();
  const pool = new LevelPool(folder, openMax, async (school) => {
    await Promise.all([...ready].map(([name, one]) => (one.school === school ? end(name) : undefined)));
    await Promise.all(ending.values());
  });

  async function begin(level: Level, database: string, part: string): Promise<PouchDocuments> {
    // PouchDB knows its databases by name: the one before must be gone.
    await ending.get(database);
    return PouchDocuments.open(level, `${folder}/${database}`, part);
  }

  function end(name: string): Promise<void> {
    const one = ready.get(name);
    ready.delete(name);
    const closed = Promise.resolve(one?.base)
      .then((base) => base?.close())
      .catch(() => undefined)
      .finally(() => ending.delete(name));
    ending.set(name, closed);
    return closed;
  }

  function evict(): void {
    for (const [name, one] of ready) {
      if (ready.size <= READY_MAX) return;
      if (one.users === 0) void end(name);
    }
  }

  const schoolOf = (database: string): readonly [school: string, part: string] => {
    const [, school, part] = SCHOOL.exec(database) ?? [];
    if (!school || !part) throw new RangeError(`not a database name: ${database}`);
    return [school, part];
  };

  async function withBase<T>(database: string, work: (base: PouchDocuments) => Promise<T>): Promise<T> {
    const [school, part] = schoolOf(database);
    return pool.use(school, async (level) => {
      const one = ready.get(database) ?? { school, base: begin(level, database, part), users: 0 };
      ready.delete(database);
      ready.set(database, one);
      one.users += 1;
      try {
        return await work(await one.base);
      } catch (error) {
        // Perhaps it did not open at all: the next one asks anew.
        if (ready.get(database) === one && one.users === 1) void end(database);
        throw error;
      } finally {
        one.users -= 1;
        evict();
      }
    });
  }

  const documents = (database: string): Documents => ({
    writeRevisions: (rows, writer) => withBase(database, (base) => base.writeRevisions(rows, writer)),
    versions: (id) => withBase(database, (base) => base.versions(id)),
    ancestors: (id, rev) => withBase(database, (base) => base.ancestors(id, rev)),
    async *leaves() {
      // The base stays lent while it is read: its pages are one reading.
      const found = await withBase(database, async (base) => {
        const all = [];
        for await (const leaf of base.leaves()) all.push(leaf);
        return all;
      });
      yield* found;
    },
  });

  const shelf = (name: string) => levelShelf((work) => pool.use(name, work));
  const schoolName = (uai: string): string => `preau_${uai.toLowerCase()}`;
  return {
    settings: () => Promise.resolve(shelf(SETTINGS)),
    school: async (uai) => ((await pool.exists(schoolName(uai))) ? shelf(schoolName(uai)) : undefined),
    createSchool: (uai) => Promise.resolve(shelf(schoolName(uai))),
    documents: (database) => Promise.resolve(documents(database)),
    async destroy(database) {
      const [school, part] = schoolOf(database);
      await pool.use(school, async (level) => {
        await end(database);
        const { from, to } = partOf(part);
        await level.removeAll(from, to);
      });
      return true;
    },
    get open() {
      return pool.size;
    },
    check: () => mkdir(folder, { recursive: true }).then(() => undefined),
    close: () => pool.close(),
  };
}
