/**
 * What a feed says and a school's directory may not hold (GDPR art. 5.1.c; CARINE-01: only the strictly necessary
 * attributes). It is counted, so that a person knows, and never kept.
 */
export const DROPPED_KINDS = [
  'homeAddress', 'phone', 'email', 'birth', 'otherFirstNames', 'canteen', 'transport', 'childcare', 'groups', 'career',
  'schooling', 'consent', 'kinship', 'other',
] as const; // prettier-ignore
export type DroppedKind = (typeof DROPPED_KINDS)[number];

export interface Dropped {
  kind: DroppedKind;
  /** Values that stood in the file. */
  count: number;
}

export function countDropped(kinds: Iterable<DroppedKind>): Dropped[] {
  const counts = new Map<DroppedKind, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return DROPPED_KINDS.flatMap((kind) => {
    const count = counts.get(kind);
    return count === undefined ? [] : [{ kind, count }];
  });
}
