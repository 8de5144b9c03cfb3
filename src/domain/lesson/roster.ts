import type { Id } from '../id';

export interface RosterName {
  readonly id: Id<'pupil'>;
  readonly first: string;
  readonly family: string;
}

/**
 * First names as children know each other: « Léa », and where two share it « Léa B. », « Léa Be. »… until they differ.
 * A family name never shows whole.
 */
export function displayNames(names: readonly RosterName[]): ReadonlyMap<Id<'pupil'>, string> {
  const groups = new Map<string, RosterName[]>();
  for (const name of names) {
    const key = fold(name.first);
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const out = new Map<Id<'pupil'>, string>();
  for (const group of groups.values())
    for (const one of group) out.set(one.id, group.length === 1 ? one.first : withInitial(one, group));
  return out;
}

/** Case and accents do not tell two children apart. */
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function withInitial(one: RosterName, group: readonly RosterName[]): string {
  const longest = Math.max(one.family.length - 1, 1);
  for (let letters = 1; letters <= Math.min(longest, 4); letters += 1) {
    const start = fold(one.family.slice(0, letters));
    const twin = group.some((other) => other.id !== one.id && fold(other.family.slice(0, letters)) === start);
    if (!twin || letters === Math.min(longest, 4)) {
      const shown = one.family.slice(0, 1).toUpperCase() + one.family.slice(1, letters).toLowerCase();
      return shown ? `${one.first} ${shown}.` : one.first;
    }
  }
  return one.first;
}
