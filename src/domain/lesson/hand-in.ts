import type { Id } from '../id';

/** Who handed in: the pupils named on the device, else the seat itself (numbered lesson). */
export interface HandInAuthor {
  readonly pupils: readonly Id<'pupil'>[];
  readonly seat: string;
}
export interface HandInFact extends HandInAuthor {
  readonly id: Id<'handin'>;
  readonly item: Id<'item'>;
  readonly version: number;
  /** Taken as it stood, without « J'ai fini »: it counts as no version. */
  readonly unfinished?: boolean | undefined;
}

/** Shared work belongs to each of those who shared (issue 5): one common pupil is enough to be the same series. */
export function sameAuthor(a: HandInAuthor, b: HandInAuthor): boolean {
  if (a.pupils.length === 0 && b.pupils.length === 0) return a.seat === b.seat;
  return a.pupils.some((pupil) => b.pupils.includes(pupil));
}

/** Append-only: a second « J'ai fini » is version 2, the first stays. */
export function nextVersion(facts: Iterable<HandInFact>, item: Id<'item'>, author: HandInAuthor): number {
  let highest = 0;
  for (const fact of facts)
    if (fact.item === item && !fact.unfinished && sameAuthor(fact, author))
      highest = Math.max(highest, fact.version);
  return highest + 1;
}

/** The last version of each item this author has handed in, on whatever device. */
export function lastVersions(
  facts: Iterable<HandInFact>,
  author: HandInAuthor,
): { item: Id<'item'>; version: number }[] {
  const last = new Map<Id<'item'>, number>();
  for (const fact of facts)
    if (!fact.unfinished && sameAuthor(fact, author))
      last.set(fact.item, Math.max(last.get(fact.item) ?? 0, fact.version));
  return [...last].map(([item, version]) => ({ item, version }));
}

/**
 * Whether everybody at a device may see that work: each of those who made it finds it again, and nobody who sits beside
 * them sees what they did without them.
 */
export const mayFindAgain = (here: readonly Id<'pupil'>[], author: Pick<HandInAuthor, 'pupils'>): boolean =>
  here.length > 0 && here.every((pupil) => author.pupils.includes(pupil));
