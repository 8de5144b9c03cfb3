import type { Audience } from '../../../src/domain/audience';
import { PreauError } from '../../../src/domain/errors';
import {
  refusalKey,
  type DocumentSide,
  type Grant,
  type ParcelShelf,
  type Refusal,
  type RefusalShelf,
} from '../../../src/exchange';
import { Documents } from './documents';
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
  readonly refusals = new Map<string, Refusal>();
  /** Grants handed over by hand, at the introduction. */
  readonly grants: Grant[] = [];
  /** The last nonce of each other side. */
  readonly nonces = new Map<string, string>();
  readonly keysSent = new Set<string>();
  full = false;

  database(audience: Audience): Documents {
    const known = this.databases.get(audience) ?? new Documents();
    this.databases.set(audience, known);
    return known;
  }

  chain(audience: Audience, origin: string): Kept[] {
    const chains = this.chains.get(audience) ?? new Map<string, Kept[]>();
    this.chains.set(audience, chains);
    const chain = chains.get(origin) ?? [];
    chains.set(origin, chain);
    return chain;
  }

  parcels(): { readonly audience: Audience; readonly bytes: Buffer }[] {
    return [...this.chains].flatMap(([audience, chains]) =>
      [...chains.values()].flat().map(({ bytes }) => ({ audience, bytes })),
    );
  }
}

export type WritePoint = 'keep' | 'apply' | 'refusals' | 'write';

/** One start of a machine, as its ports see it: time that passes, and the moment of a crash. */
export interface Machine {
  readonly life: Life;
  readonly schedule: Schedule;
  /** How long a write takes, in milliseconds. */
  latency(): number;
  /** Decides whether the machine dies at this write, and ends its life if so. */
  dies(point: WritePoint): 'before' | 'within' | 'after' | undefined;
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
}

/** The engine's ports over a disk. */
export function portsOf(disk: Disk, machine: Machine): Ports {
  return {
    shelf: shelfOf(disk, machine),
    documents: {
      async apply(audience, records) {
        await durably(disk, machine, 'apply', (whole) => {
          // LevelDB's batches are smaller than a parcel may be: a prefix may be all that was written.
          const part = whole ? records : records.slice(0, records.length >> 1);
          for (const record of part) disk.database(audience).add(record, true);
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
    },
    refusals: {
      all: () => Promise.resolve([...disk.refusals.values()]),
      async add(refusals) {
        if (refusals.length === 0) return;
        await durably(disk, machine, 'refusals', () => {
          for (const refusal of refusals) disk.refusals.set(refusalKey(refusal), refusal);
        });
      },
      async remove(refusals) {
        await durably(disk, machine, 'refusals', () => {
          for (const refusal of refusals) disk.refusals.delete(refusalKey(refusal));
        });
      },
    },
  };
}

function shelfOf(disk: Disk, machine: Machine): ParcelShelf {
  return {
    heads(audience) {
      const heads = [...(disk.chains.get(audience) ?? [])].flatMap(([origin, chain]) => {
        const last = chain.at(-1);
        return last ? [[origin, { to: last.to, hash: last.hash }] as const] : [];
      });
      return Promise.resolve(new Map(heads));
    },
    vectors() {
      const vectors: Record<Audience, Record<string, number>> = {};
      for (const [audience, chains] of disk.chains) {
        for (const [origin, chain] of chains) {
          const last = chain.at(-1);
          if (last) (vectors[audience] ??= {})[origin] = last.to;
        }
      }
      return Promise.resolve(vectors);
    },
    async keep(parcel, applied) {
      const { audience, origin, from, to } = parcel.header;
      await durably(disk, machine, 'keep', (whole) => {
        const chain = disk.chain(audience, origin);
        // Half a record is cut off at the next start.
        if (!whole || chain.at(-1)?.hash === parcel.hash) return;
        chain.push({ from, to, hash: parcel.hash, bytes: Buffer.from(parcel.bytes), applied });
      });
    },
    async *after(audience, origin, seq) {
      for (const kept of [...disk.chain(audience, origin)]) {
        if (kept.from <= seq) continue;
        await machine.schedule.pause(machine.life, 1);
        yield kept.bytes;
      }
    },
    get: (audience, origin, from) =>
      Promise.resolve(disk.chain(audience, origin).find((kept) => kept.from === from)?.bytes),
    unapplied: (audience) =>
      Promise.resolve(
        [...(disk.chains.get(audience)?.values() ?? [])]
          .flat()
          .flatMap((kept) => (kept.applied ? [] : [kept.bytes])),
      ),
    async markApplied(parcel) {
      const { audience, origin, to } = parcel.header;
      await durably(disk, machine, 'keep', (whole) => {
        if (!whole) return;
        for (const kept of disk.chain(audience, origin)) if (kept.to <= to) kept.applied = true;
      });
    },
  };
}
