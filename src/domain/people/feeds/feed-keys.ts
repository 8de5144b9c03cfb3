/** Identifiers that other directories give to people and classes: `<feed>:<value>`. */

export interface Keyed {
  feedKeys?: readonly string[] | undefined;
}

export const aafKey = (jointure: string): string => `aaf:${jointure}`;
/** A class of AAF is known by its structure and its own name there. */
export const aafClassKey = (structure: string, name: string): string => `aaf:${structure}$${name}`;

/** The ENTStructureJointure under which a school was imported before, from its classes. */
export function aafStructures(classes: readonly Keyed[]): Set<string> {
  const keys = classes.flatMap(({ feedKeys }) => feedKeys ?? []);
  return new Set(keys.flatMap((key) => /^aaf:([^$]+)\$/.exec(key)?.[1] ?? []));
}

const feedOf = (key: string): string => key.slice(0, key.indexOf(':'));

/** One feed gives the two different identifiers: it says that they are two people. */
export function keysDiffer(left: Keyed, right: Keyed): boolean {
  const [one, other] = [left.feedKeys ?? [], right.feedKeys ?? []];
  if (shareKey(left, right)) return false;
  return one.some((key) => other.some((another) => feedOf(another) === feedOf(key)));
}

export function shareKey(left: Keyed, right: Keyed): boolean {
  return (left.feedKeys ?? []).some((key) => right.feedKeys?.includes(key) ?? false);
}

/** Records by each of their identifiers. */
export function byFeedKey<T extends Keyed>(records: readonly T[]): Map<string, T> {
  return new Map(records.flatMap((record) => (record.feedKeys ?? []).map((key) => [key, record])));
}
