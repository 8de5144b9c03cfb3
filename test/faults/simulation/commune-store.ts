import type { RevisionRecord } from '../../../src/store/port';
import {
  compileRule,
  RULE_TEXT,
  type RuledDocument,
  type UserContext,
} from '../../../sync-server/rules/rule';
import type { RevisionRow, StoredRevision } from '../../../sync-server/store/revisions';
import type { Documents as Base, GatewayStore, Shelf, ShelfDocument } from '../../../sync-server/store/shelf';
import { Documents } from './documents';
import { never, type Life, type Schedule } from './schedule';

const rule = compileRule(RULE_TEXT);

/** The rows of one database of small documents, and the order in which they changed. */
class Rows {
  readonly held = new Map<string, ShelfDocument>();
  readonly changes: string[] = [];
  #writes = 0;

  /** @returns the new revision, or undefined where the writer was not the last */
  put(document: ShelfDocument): string | undefined {
    const before = this.held.get(document._id)?._rev;
    if (before !== document._rev) return undefined;
    const rev = `${Number.parseInt(before ?? '0', 10) + 1}-${String(++this.#writes).padStart(32, '0')}`;
    this.held.set(document._id, { ...document, _rev: rev });
    this.changes.push(document._id);
    return rev;
  }

  remove(document: ShelfDocument): void {
    if (this.held.get(document._id)?._rev !== document._rev) return;
    this.held.delete(document._id);
    this.changes.push(document._id);
  }
}

/** The commune's database server: two gateways work on it at once, and either may die between two of its requests. */
export class CommuneDisk {
  readonly settings = new Rows();
  readonly schools = new Map<string, Rows>();
  readonly bases = new Map<string, Documents>();
  full = false;

  rows(): readonly ShelfDocument[] {
    return [...this.schools.values()].flatMap((rows) => [...rows.held.values()]);
  }

  enrol(uai: string, record: ShelfDocument): void {
    const rows = new Rows();
    rows.put(record);
    this.schools.set(uai, rows);
  }
}

/** Whose requests these are, and whether that gateway dies at one. */
export interface Client {
  readonly life: Life;
  readonly schedule: Schedule;
  latency(): number;
  /** True where the gateway dies at this write; the server has it all the same. */
  dies(): boolean;
}

export class StoreDown extends Error {}

/** A gateway's way to the server: each request takes time, and another gateway may be quicker. */
interface Way {
  ask<T>(work: () => T): Promise<T>;
  change<T>(work: () => T): Promise<T>;
}

export function communeStore(disk: CommuneDisk, client: Client): GatewayStore {
  const wait = (): Promise<void> => client.schedule.pause(client.life, client.latency());
  const way: Way = {
    async ask(work) {
      await wait();
      return work();
    },
    async change(work) {
      await wait();
      if (disk.full) throw new StoreDown('507');
      const result = work();
      if (client.dies()) return never();
      await wait();
      return result;
    },
  };
  const school = (uai: string): Shelf | undefined => {
    const rows = disk.schools.get(uai);
    return rows && shelfOver(rows, way);
  };
  return {
    settings: () => way.ask(() => shelfOver(disk.settings, way)),
    school: (uai) => way.ask(() => school(uai)),
    async createSchool(uai) {
      await way.change(() => void (disk.schools.has(uai) || disk.schools.set(uai, new Rows())));
      return school(uai) ?? never();
    },
    documents: (name) =>
      way.ask(() => {
        const documents = disk.bases.get(name) ?? new Documents();
        disk.bases.set(name, documents);
        return baseOver(documents, way);
      }),
    destroy: (name) => way.change(() => disk.bases.delete(name) || true),
    open: 1,
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function shelfOver(rows: Rows, way: Way): Shelf {
  const each = async <T, R>(list: readonly T[], work: (one: T) => R): Promise<R[]> => {
    const out: R[] = [];
    // One request a document: a gateway may die between two of them.
    for (const one of list) out.push(await way.change(() => work(one)));
    return out;
  };
  return {
    get: (id) => way.ask(() => rows.held.get(id)),
    getAll: (ids) => way.ask(() => ids.map((id) => rows.held.get(id))),
    put: (document) => way.change(() => rows.put(document)),
    putAll: (documents) => each(documents, (document) => rows.put(document)),
    removeAll: async (documents) => void (await each(documents, (document) => rows.remove(document))),
    range: (from, to, limit = Infinity) =>
      way.ask(() =>
        [...rows.held.keys()]
          .filter((id) => id >= from && id < to)
          .sort()
          .slice(0, limit)
          .flatMap((id) => rows.held.get(id) ?? []),
      ),
    changed: (mark) =>
      way.ask(() => ({
        mark: String(rows.changes.length),
        ids: mark === undefined ? 'unknown' : [...new Set(rows.changes.slice(Number(mark)))],
      })),
    flush: () => way.ask(() => undefined),
    compact: () => way.ask(() => undefined),
  };
}

function baseOver(documents: Documents, way: Way): Base {
  const stored = ({ id, rev, deleted, body }: RevisionRecord): StoredRevision => ({
    ...body,
    _id: id,
    _rev: rev,
    ...(deleted ? { _deleted: true } : {}),
  });
  function write(row: RevisionRow, writer: UserContext): boolean {
    const [, ...path] = row._revisions.ids.map((hash, index) => `${row._revisions.start - index}-${hash}`);
    const winner = documents.leaves(row._id)[0]?.record;
    const before: RuledDocument | null =
      winner && [row._rev, ...path].includes(winner.rev) ? stored(winner) : null;
    if (rule(row, before, writer) !== 'taken') return false;
    const own = Object.entries(row).filter(([name]) => name === '_id' || !name.startsWith('_'));
    // The engine has read it as a document before it came here.
    const body = Object.fromEntries(own) as unknown as RevisionRecord['body'];
    const deleted = row._deleted === true;
    documents.add({ id: row._id, rev: row._rev, ancestors: path, deleted, body }, true);
    return true;
  }
  return {
    writeRevisions: (rows, writer) =>
      way.change(() => rows.filter((row) => !write(row, writer)).map((row) => row._id)),
    versions: (id) =>
      way.ask(() => documents.leaves(id).flatMap(({ record }) => (record.deleted ? [] : [stored(record)]))),
    async *leaves() {
      for (const id of documents.ids()) {
        const leaves = await way.ask(() => documents.leaves(id).map((leaf) => leaf.record));
        yield* leaves.filter((leaf) => !leaf.deleted).map(stored);
      }
    },
    ancestors: (id, rev) => way.ask(() => documents.ancestors(id, rev)),
  };
}
