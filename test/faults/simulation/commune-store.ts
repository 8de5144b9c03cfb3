import type { RevisionRecord } from '../../../src/store/port';
import type { GatewayStore, RevisionRow, Shelf, ShelfDocument } from '../../../sync-server/store/shelf';
import { Documents } from './documents';
import { never, type Life, type Schedule } from './schedule';

/** The commune's database server: two gateways work on it at once, and either may die between two of its requests. */
export class CommuneDisk {
  readonly shelves = new Map<string, Map<string, ShelfDocument>>();
  readonly databases = new Map<string, Documents>();
  full = false;
  #writes = 0;

  nextRevision(before: string | undefined): string {
    return `${Number.parseInt(before ?? '0', 10) + 1}-${String(++this.#writes).padStart(32, '0')}`;
  }
}

/** What a gateway's request takes, and whether the gateway dies at it. */
export interface Client {
  readonly life: Life;
  readonly schedule: Schedule;
  latency(): number;
  /** True where the gateway dies at this write; the server has it all the same. */
  diesAt(write: string): boolean;
}

export class StoreDown extends Error {}

export function communeStore(disk: CommuneDisk, client: Client): GatewayStore {
  const wait = (): Promise<void> => client.schedule.pause(client.life, client.latency());
  async function change<T>(name: string, work: () => T): Promise<T> {
    await wait();
    if (disk.full) throw new StoreDown('507');
    const result = work();
    if (client.diesAt(name)) return never();
    await wait();
    return result;
  }
  return {
    open: (name) => Promise.resolve(shelf(disk, name, wait, change)),
    has: (name) => Promise.resolve(disk.shelves.has(name)),
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function shelf(
  disk: CommuneDisk,
  name: string,
  wait: () => Promise<void>,
  change: <T>(what: string, work: () => T) => Promise<T>,
): Shelf {
  const rows = disk.shelves.get(name) ?? new Map<string, ShelfDocument>();
  disk.shelves.set(name, rows);
  return {
    async get(id) {
      await wait();
      return rows.get(id);
    },
    put: (document) =>
      change(`put ${document._id.slice(0, 1)}`, () => {
        const held = rows.get(document._id)?._rev;
        if (held !== document._rev) return false;
        rows.set(document._id, { ...document, _rev: disk.nextRevision(held) });
        return true;
      }),
    remove: (document) =>
      change('remove', () => {
        if (rows.get(document._id)?._rev === document._rev) rows.delete(document._id);
      }),
    async range(from, to, limit = Infinity) {
      await wait();
      const ids = [...rows.keys()].filter((id) => id >= from && id < to).sort();
      return ids.slice(0, limit).flatMap((id) => rows.get(id) ?? []);
    },
    writeRevisions: (revisions) =>
      change('bulk', () => {
        const documents = disk.databases.get(name) ?? new Documents();
        disk.databases.set(name, documents);
        for (const row of revisions) documents.add(recordOf(row), true);
        return [];
      }),
  };
}

function recordOf(row: RevisionRow): RevisionRecord {
  const { _rev, _revisions, _deleted, ...body } = row;
  const [, ...ancestors] = _revisions.ids.map((hash, index) => `${_revisions.start - index}-${hash}`);
  return {
    id: row._id,
    rev: _rev,
    ancestors,
    deleted: _deleted === true,
    body: body as RevisionRecord['body'],
  };
}
