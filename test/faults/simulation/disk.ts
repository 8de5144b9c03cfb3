import type { Audience } from '../../../src/domain/audience';
import { PreauError } from '../../../src/domain/errors';
import { isExpired } from '../../../src/domain/retention';
import {
  chainOf,
  refusalKey,
  type DocumentSide,
  type Grant,
  type GrantShelf,
  type Head,
  type ParcelShelf,
  type Refusal,
  type RefusalShelf,
} from '../../../src/exchange';
import type { RevisionRecord } from '../../../src/store/port';
import { expiredRecord } from '../../../src/store/retention-tombstone';
import { Documents } from './documents';
import { SimKeyring } from './keyring';
import { never, type Life, type Schedule } from './schedule';

interface Kept {
  readonly from: number;
  readonly to: number;
  readonly hash: string;
  readonly bytes: Buffer;
  applied: boolean;
}

/** What survives a crash of a poste: what a promise has confirmed, and sometimes a little more. */
export class Disk {
  readonly databases = new Map<Audience, Documents>();
  readonly chains = new Map<Audience, Map<string, Kept[]>>();
  /** Where a chain stands whose parcels a snapshot has replaced. */
  readonly covered = new Map<Audience, Map<string, Head>>();
  readonly refusals = new Map<string, Refusal>();
  readonly keyring: SimKeyring;
  /** Grants handed over by hand, at the introduction, and those that came in a frame. */
  readonly grants: Grant[] = [];
  /** The last nonce of each other side. */
  readonly nonces = new Map<string, string>();
  readonly keysSent = new Set<string>();
  /** The day up to which each base was swept. */
  readonly swept = new Map<Audience, string>();
  /** How far each base stands on another machine, of what was written here. */
  readonly confirmed = new Map<Audience, number>();
  /** Bases of a year that ended whose work came too late: kept apart, and after which own sequence. */
  readonly late = new Map<Audience, number>();
  full = false;

  constructor(entitled: readonly Audience[]) {
    this.keyring = new SimKeyring(entitled);
  }

  database(audience: Audience): Documents {
    const known = this.databases.get(audience) ?? new Documents();
    this.databases.set(audience, known);
    return known;
  }

  chain(audience: Audience, name: string): Kept[] {
    const chains = this.chains.get(audience) ?? new Map<string, Kept[]>();
    this.chains.set(audience, chains);
    const chain = chains.get(name) ?? [];
    chains.set(name, chain);
    return chain;
  }

  head(audience: Audience, name: string): Head | undefined {
    const covered = this.covered.get(audience)?.get(name);
    const last = this.chains.get(audience)?.get(name)?.at(-1);
    return last && last.to > (covered?.to ?? 0) ? { to: last.to, hash: last.hash } : covered;
  }

  heads(audience: Audience): ReadonlyMap<string, Head> {
    const names = [
      ...(this.covered.get(audience)?.keys() ?? []),
      ...(this.chains.get(audience)?.keys() ?? []),
    ];
    return new Map(
      [...new Set(names)].flatMap((name) => {
        const head = this.head(audience, name);
        return head ? [[name, head] as const] : [];
      }),
    );
  }

  parcels(): readonly Buffer[] {
    return [...this.chains.values()].flatMap((chains) =>
      [...chains.values()].flat().map(({ bytes }) => bytes),
    );
  }

  /** The school's day as this poste knows it: the latest that a head's poste wrote. */
  horizon(): string | undefined {
    const days = this.database('parc')
      .all('horizon')
      .map((body) => String(body['day']));
    return days.sort().at(-1);
  }

  /** A record as the store writes it: what is kept no longer comes as its end. */
  fitting(audience: Audience, record: RevisionRecord): RevisionRecord {
    const day = this.horizon();
    if (record.deleted || day === undefined || !isExpired(record.body, day)) return record;
    const keys = this.keyring.all(audience).map(({ revisionKey }) => revisionKey);
    return expiredRecord(keys, record) ?? record;
  }
}

export type WritePoint = 'keep' | 'grant' | 'apply' | 'cover' | 'refusals' | 'write';
export type Death = 'before' | 'within' | 'after';

/** One start of a machine, as its ports see it: time that passes, and the moment of a crash. */
export interface Machine {
  readonly life: Life;
  readonly schedule: Schedule;
  /** How long a write takes, in milliseconds. */
  latency(): number;
  /** Decides whether the machine dies at this write, and ends its life if so. */
  dies(point: WritePoint): Death | undefined;
}

/** Makes a change of the disk that takes time, may be refused, and may be the last thing the machine does. */
export async function durably<T>(
  disk: Disk,
  machine: Machine,
  point: WritePoint,
  change: (whole: boolean) => T,
): Promise<T> {
  await machine.schedule.pause(machine.life, machine.latency());
  if (disk.full) throw new PreauError('DISK_FULL');
  const death = machine.dies(point);
  if (death === 'before') return never();
  const result = change(death !== 'within');
  if (death) return never();
  await machine.schedule.pause(machine.life, machine.latency());
  return result;
}

export interface Ports {
  readonly shelf: ParcelShelf;
  readonly documents: DocumentSide;
  readonly refusals: RefusalShelf;
  readonly grants: GrantShelf;
}

/** The engine's ports over a disk. */
export const portsOf = (disk: Disk, machine: Machine): Ports => ({
  shelf: shelfOf(disk, machine),
  documents: documentsOf(disk, machine),
  refusals: {
    all: () => Promise.resolve([...disk.refusals.values()]),
    async add(refusals) {
      if (refusals.length === 0) return;
      await durably(disk, machine, 'refusals', () => {
        for (const refusal of refusals) disk.refusals.set(refusalKey(refusal), refusal);
      });
    },
    remove: (refusals) =>
      durably(disk, machine, 'refusals', () => {
        for (const refusal of refusals) disk.refusals.delete(refusalKey(refusal));
      }),
  },
  grants: {
    async keep(grant) {
      const held = (): boolean => disk.grants.some(({ _id }) => _id === grant._id);
      if (held() || disk.database('parc').get(grant._id)) return;
      await durably(disk, machine, 'grant', (whole) => void (whole && !held() && disk.grants.push(grant)));
    },
  },
});

function documentsOf(disk: Disk, machine: Machine): DocumentSide {
  return {
    async apply(audience, records) {
      await durably(disk, machine, 'apply', (whole) => {
        // LevelDB's batches are smaller than a parcel may be: a prefix may be all that was written.
        const part = whole ? records : records.slice(0, records.length >> 1);
        for (const record of part) disk.database(audience).add(disk.fitting(audience, record), true);
      });
      return [];
    },
    ownChanges: (audience, after) =>
      Promise.resolve(
        disk
          .database(audience)
          .since(after)
          .filter((leaf) => !leaf.foreign)
          .map(({ seq, record }) => ({ seq, record })),
      ),
    async *leaves(audience) {
      for (const { record } of disk.database(audience).since(0)) yield await Promise.resolve(record);
    },
  };
}

function shelfOf(disk: Disk, machine: Machine): ParcelShelf {
  return {
    heads: (audience) => Promise.resolve(disk.heads(audience)),
    vectors() {
      const vectors: Record<Audience, Record<string, number>> = {};
      for (const audience of new Set([...disk.covered.keys(), ...disk.chains.keys()]))
        for (const [chain, { to }] of disk.heads(audience)) (vectors[audience] ??= {})[chain] = to;
      return Promise.resolve(vectors);
    },
    async keep(parcel, applied) {
      const { audience, from, to } = parcel.header;
      const chain = chainOf(parcel.header);
      await durably(disk, machine, 'keep', (whole) => {
        // Half a record is cut off at the next start.
        if (!whole || disk.head(audience, chain)?.hash === parcel.hash) return;
        const kept = { from, to, hash: parcel.hash, bytes: Buffer.from(parcel.bytes), applied };
        disk.chain(audience, chain).push(kept);
      });
    },
    async *after(audience, chain, seq) {
      for (const kept of [...disk.chain(audience, chain)]) {
        if (kept.from <= seq) continue;
        await machine.schedule.pause(machine.life, 1);
        yield kept.bytes;
      }
    },
    get: (audience, chain, from) =>
      Promise.resolve(disk.chain(audience, chain).find((kept) => kept.from === from)?.bytes),
    unapplied: (audience) =>
      Promise.resolve(
        [...(disk.chains.get(audience)?.values() ?? [])]
          .flat()
          .flatMap((kept) => (kept.applied ? [] : [kept.bytes])),
      ),
    async markApplied(parcel) {
      const chain = disk.chain(parcel.header.audience, chainOf(parcel.header));
      await durably(disk, machine, 'keep', (whole) => {
        if (whole) for (const kept of chain) if (kept.hash === parcel.hash) kept.applied = true;
      });
    },
    async cover(audience, covers, dropped) {
      const chains = disk.chains.get(audience);
      const due = [...covers].filter(
        ([chain, { to }]) =>
          (disk.head(audience, chain)?.to ?? 0) < to || chains?.get(chain)?.some((kept) => kept.to <= to),
      );
      if (due.length === 0 && !dropped.some((chain) => chains?.has(chain))) return;
      // The log is written anew beside the old one, which it then replaces: all of it, or nothing.
      await durably(disk, machine, 'cover', (whole) => {
        if (!whole) return;
        const covered = disk.covered.get(audience) ?? new Map<string, Head>();
        disk.covered.set(audience, covered);
        for (const [chain, head] of due) {
          const rest = disk.chain(audience, chain).filter((kept) => kept.to > head.to);
          chains?.set(chain, rest);
          if (head.to > (covered.get(chain)?.to ?? 0)) covered.set(chain, head);
        }
        for (const chain of dropped) {
          chains?.delete(chain);
          covered.delete(chain);
        }
      });
    },
  };
}
