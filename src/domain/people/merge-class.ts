/**
 * A class opened without a file meets the school's own: « Noé », written in a hurry, is VIDAL Noé of the list. Proposes
 * who is who, checks what was decided, and rewrites what was written about one child as being about the other. Pure.
 */
import type { Json } from '../json';
import { familyName, normaliseName } from './names';
import type { PersonName } from './person';

interface Named {
  readonly id: string;
  readonly names: PersonName;
}

/** What becomes of a child of the class opened without a file. */
export interface Pair {
  readonly pupil: string;
  /** A pupil of the real class, `stay` (one more pupil of it), or `out`. */
  readonly to: string;
}
export interface Proposal {
  readonly pupil: string;
  /** Only where one child of each list answers to that name. */
  readonly to?: string;
  /** Who else it may be, nearest first; the screen offers the others too. */
  readonly candidates: readonly string[];
}

/** « Léa » is any Léa; « Léa M. » or « Léa Mar » a Léa whose family name begins so. */
function answersTo(written: string, { names }: Named): boolean {
  const asked = normaliseName(written);
  const first = normaliseName(names.first);
  if (asked === '' || first === '') return false;
  if (asked === first) return true;
  return (
    asked.startsWith(`${first} `) &&
    normaliseName(familyName(names)).startsWith(asked.slice(first.length + 1))
  );
}

/** Who is who by first name. A guess is never made: two of one name, or none, are asked. */
export function proposePairs(quick: readonly Named[], real: readonly Named[]): Proposal[] {
  const found = quick.map((pupil) => ({
    pupil: pupil.id,
    candidates: real.filter((other) => answersTo(pupil.names.first, other)).map(({ id }) => id),
  }));
  const claims = new Map<string, number>();
  for (const { candidates } of found) for (const id of candidates) claims.set(id, (claims.get(id) ?? 0) + 1);
  return found.map(({ pupil, candidates }) => {
    const [only] = candidates;
    const sure = only !== undefined && candidates.length === 1 && claims.get(only) === 1;
    return { pupil, ...(sure ? { to: only } : {}), candidates };
  });
}

/** A decision covers each child once, names children of the real class only, and nobody twice. */
export function pairsFit(
  pairs: readonly Pair[],
  quick: readonly { readonly id: string }[],
  real: readonly { readonly id: string }[],
): boolean {
  const named = new Set(pairs.map(({ pupil }) => pupil));
  const chosen = pairs.map(({ to }) => to).filter((to) => to !== 'stay' && to !== 'out');
  const known = new Set(real.map(({ id }) => id));
  return (
    named.size === pairs.length &&
    named.size === quick.length &&
    quick.every(({ id }) => named.has(id)) &&
    new Set(chosen).size === chosen.length &&
    chosen.every((id) => known.has(id))
  );
}

/**
 * The value with every identifier replaced that the map names. Identifiers are random, so a string that equals one is
 * one: a kind of document that nobody thought of here is carried with the others.
 */
export function withIds<T extends Json | undefined>(value: T, become: ReadonlyMap<string, string>): T {
  const walk = (part: Json | undefined): Json | undefined => {
    if (typeof part === 'string') return become.get(part) ?? part;
    if (part === null || typeof part !== 'object') return part;
    if (Array.isArray(part)) return part.map((item: Json) => walk(item) as Json);
    return Object.fromEntries(
      Object.entries(part).map(([key, item]) => [become.get(key) ?? key, walk(item as Json | undefined)]),
    );
  };
  // The shape does not change: only strings do, each for another string.
  return walk(value) as T;
}

/** True when something is said about that person anywhere in the value. */
export function mentions(value: Json | undefined, id: string): boolean {
  if (typeof value === 'string') return value === id;
  if (value === null || typeof value !== 'object') return false;
  return Object.entries(value).some(([key, part]) => key === id || mentions(part as Json | undefined, id));
}
