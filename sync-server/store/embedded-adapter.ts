import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import leveldb from 'pouchdb-adapter-leveldb';
import PouchDB from 'pouchdb-core';
import { batches, type GatewayStore, type RevisionRow, type Shelf, type ShelfDocument } from './shelf';

/** The part of PouchDB that the gateway uses; the store's own declarations name the part a poste uses. */
interface Pouch {
  get(id: string): Promise<ShelfDocument>;
  put(document: ShelfDocument): Promise<unknown>;
  remove(document: ShelfDocument): Promise<unknown>;
  allDocs(options: object): Promise<{ rows: { doc?: ShelfDocument }[] }>;
  bulkDocs(
    rows: readonly RevisionRow[],
    options: { new_edits: false },
  ): Promise<{ error?: unknown; id?: string }[]>;
  close(): Promise<void>;
}
type PouchConstructor = new (name: string, options: { adapter: string }) => Pouch;

/** Databases open at once: each is a LevelDB with its files. The least recently used one is closed. */
const OPEN_MAX = 100;

/** A commune's store without any server: one LevelDB a database, in a folder. */
export function embeddedStore(folder: string): GatewayStore {
  const Constructor = PouchDB.plugin(leveldb) as unknown as PouchConstructor;
  const open = new Map<string, Promise<Pouch>>();

  async function database(name: string): Promise<Pouch> {
    if (!/^[a-z0-9_-]+$/.test(name)) throw new RangeError(`not a database name: ${name}`);
    const known = open.get(name);
    if (known) {
      open.delete(name);
      open.set(name, known);
      return known;
    }
    const opening = mkdir(folder, { recursive: true }).then(
      () => new Constructor(join(folder, name), { adapter: 'leveldb' }),
    );
    open.set(name, opening);
    opening.catch(() => open.delete(name));
    const [oldest] = open.keys();
    if (open.size > OPEN_MAX && oldest !== undefined) {
      const leaving = open.get(oldest);
      open.delete(oldest);
      await (await leaving)?.close();
    }
    return opening;
  }

  return {
    open: (name) => Promise.resolve(pouchShelf(() => database(name))),
    has: (name) =>
      open.has(name)
        ? Promise.resolve(true)
        : access(join(folder, name)).then(
            () => true,
            () => false,
          ),
    check: () => mkdir(folder, { recursive: true }).then(() => undefined),
    async close() {
      const all = [...open.values()];
      open.clear();
      for (const one of await Promise.allSettled(all))
        if (one.status === 'fulfilled') await one.value.close();
    },
  };
}

const statusOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;

/** Asks for the database at each call: it may have been closed since the last one. */
function pouchShelf(database: () => Promise<Pouch>): Shelf {
  return {
    async get(id) {
      try {
        return await (await database()).get(id);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },
    async put(document) {
      try {
        await (await database()).put(document);
        return true;
      } catch (error) {
        if (statusOf(error) === 409) return false;
        throw error;
      }
    },
    async remove(document) {
      await (await database()).remove(document);
    },
    async range(from, to, limit) {
      const options = { startkey: from, endkey: to, inclusive_end: false, include_docs: true };
      const { rows } = await (
        await database()
      ).allDocs(limit === undefined ? options : { ...options, limit });
      return rows.flatMap((row) => (row.doc ? [row.doc] : []));
    },
    async writeRevisions(rows) {
      const refused: string[] = [];
      for (const batch of batches(rows)) {
        for (const row of await (await database()).bulkDocs(batch, { new_edits: false })) {
          if (row.error && row.id) refused.push(row.id);
        }
      }
      return refused;
    },
  };
}
