import type { Consolidation } from './grant';
import type { GrantBook } from './grant-book';
import type { Head } from './judge';
import type { Vector } from './vector';
import type { Audience } from '../domain/audience';

/** What counts and is held of the snapshots of one audience (docs/sync.md, Consolidation). */
export interface HeldSnapshots {
  /** Statements of which every parcel is held, and which no other of these makes needless. In the order of their ids. */
  readonly whole: readonly Consolidation[];
  /** Chains of snapshots that a whole one makes needless, held or not. */
  readonly needless: readonly string[];
  /** Where the covered chains stand, whatever is held of them. */
  readonly covers: ReadonlyMap<string, Head>;
}

/** @param ends the last sequence held of each chain of the audience */
export function heldSnapshots(audience: Audience, ends: Vector, book: GrantBook): HeldSnapshots {
  const known = book.consolidations(audience);
  const complete = known.filter((one) => (ends[one._id] ?? 0) === one.to);
  const whole = complete.filter((one) => !complete.some((other) => replaces(other, one)));
  const covers = new Map<string, Head>();
  for (const { covers: chains } of whole) {
    for (const [origin, head] of Object.entries(chains)) {
      if (head.to > (covers.get(origin)?.to ?? 0)) covers.set(origin, head);
    }
  }
  const needless = known
    .filter((one) => complete.some((other) => replaces(other, one)))
    .map((one) => one._id);
  return { whole: [...whole].sort((a, b) => (a._id < b._id ? -1 : 1)), needless, covers };
}

/**
 * Whether one snapshot stands for all that another stands for. Of two that cover the same, the later round does, and of
 * two heads' at once the smaller id.
 */
export function replaces(one: Consolidation, other: Consolidation): boolean {
  if (one._id === other._id || one.audience !== other.audience) return false;
  const reaches = (a: Consolidation, b: Consolidation): boolean =>
    Object.entries(b.covers).every(([origin, { to }]) => (coverOf(a, origin)?.to ?? 0) >= to);
  if (!reaches(one, other)) return false;
  if (!reaches(other, one)) return true;
  return one.round > other.round || (one.round === other.round && one._id < other._id);
}

const coverOf = (one: Consolidation, origin: string): Head | undefined =>
  Object.entries(one.covers).find(([name]) => name === origin)?.[1];

/** Whether the holder of that vector needs a snapshot to come up to what it covers. */
export const needsSnapshot = (theirs: Vector, statement: Consolidation): boolean =>
  Object.entries(statement.covers).some(([origin, { to }]) => (theirs[origin] ?? 0) < to);
