import type { Audience } from '../domain/audience';
import type { Id } from '../domain/id';
import type { RevisionRecord } from '../store/port';
import type { Consolidation, GrantId } from './grant';
import type { GrantBook } from './grant-book';
import type { Head } from './judge';
import { pack, type OwnChange, type Packing } from './pack';
import { readParcel, type Parcel } from './parcel';
import type { ParcelShelf } from './ports';
import type { Refusal } from './refusal';
import type { Signer } from './signature';

/** What a head's poste adds to make a snapshot count. */
export interface ConsolidationOrder {
  /** A new id: the snapshot's chain bears it. */
  readonly id: GrantId;
  readonly issued: string;
  /** A head's key. */
  readonly head: Signer;
  /** Writes the statement into `parc`, durably, before anything is let go. */
  readonly publish: (statement: Consolidation) => Promise<void>;
}

/**
 * How far each chain may be covered by a snapshot of this replica's documents: as far as they were taken in here. A
 * document that is refused keeps its parcel and what follows it; what does not count of a poste that was put out stays out.
 * @param heads where the origins' chains stand
 * @param before what former snapshots cover: less is never covered again
 */
export async function coverable(
  shelf: ParcelShelf,
  book: GrantBook,
  audience: Audience,
  refused: readonly Refusal[],
  heads: ReadonlyMap<string, Head>,
  before: ReadonlyMap<string, Head>,
): Promise<Consolidation['covers']> {
  const covers: Record<string, Head> = {};
  for (const [chain, head] of heads) {
    const waiting = refused.filter((one) => one.origin === chain && one.reason !== 'TOO_LARGE');
    const counts = book.countsUpTo(chain as Id<'poste'>, audience);
    const limit = Math.min(counts, ...waiting.map((one) => one.from - 1));
    const end = head.to <= limit ? head : await lastBefore(shelf, audience, chain, limit);
    const least = before.get(chain);
    const cover = least && least.to > (end?.to ?? 0) ? least : end;
    if (cover) covers[chain] = cover;
  }
  return covers;
}

/** The last end of a parcel at or before `limit`, or what went before all that is held. */
async function lastBefore(
  shelf: ParcelShelf,
  audience: Audience,
  chain: string,
  limit: number,
): Promise<Head | undefined> {
  let end: Head | undefined;
  for await (const bytes of shelf.after(audience, chain, 0)) {
    const parcel = readParcel(bytes);
    if (typeof parcel === 'string') return end;
    const { from, to, previous } = parcel.header;
    if (!end && previous !== null) end = { to: from - 1, hash: previous };
    if (to > limit) return end;
    end = { to, hash: parcel.hash };
  }
  return end;
}

/** Leaves as the parcels of a snapshot, numbered from 1: documents of a kind stand together. */
export async function snapshotParcels(
  packing: Packing,
  leaves: AsyncIterable<RevisionRecord>,
): Promise<readonly Parcel[]> {
  const records: RevisionRecord[] = [];
  for await (const record of leaves) records.push(record);
  records.sort((a, b) => order(a.body.type, b.body.type) || order(a.id, b.id) || order(a.rev, b.rev));
  const changes = records.map((record, at): OwnChange => ({ seq: at + 1, record }));
  return changes.length === 0 ? [] : (await pack(packing, undefined, changes)).parcels;
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
