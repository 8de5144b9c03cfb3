/** Comparing, sorting and showing people's names. */
import type { PersonName } from './person';

const LIGATURES: Readonly<Record<string, string>> = { œ: 'oe', æ: 'ae', ß: 'ss', ø: 'o', ł: 'l' };

/**
 * A name reduced to what two secretaries would type alike: case, accents, ligatures, hyphens and apostrophes
 * do not count, so « O'BRIEN », « O BRIEN » and « o’brien » are one. For comparison only, never for display.
 */
export function normaliseName(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[œæßøł]/g, (letter) => LIGATURES[letter] ?? letter)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The family name people use every day. */
export function familyName(names: PersonName): string {
  return names.usage ?? names.family;
}

/** « Hélène Aubry », the name in daily use. */
export function fullName(names: PersonName): string {
  return `${names.first} ${familyName(names)}`.trim();
}

const collator = new Intl.Collator('fr', { sensitivity: 'base', ignorePunctuation: true, numeric: true });

interface Named {
  id: string;
  names: PersonName;
}

/** Order of a class list: family name in use, then first name, French collation; the id settles a tie. */
export function compareByFamilyName(left: Named, right: Named): number {
  return (
    collator.compare(familyName(left.names), familyName(right.names)) ||
    collator.compare(left.names.first, right.names.first) ||
    compareText(left.id, right.id)
  );
}

/** Order of a list that pupils read: first name, then family name. */
export function compareByFirstName(left: Named, right: Named): number {
  return (
    collator.compare(left.names.first, right.names.first) ||
    collator.compare(familyName(left.names), familyName(right.names)) ||
    compareText(left.id, right.id)
  );
}

/** Code unit order, the same on every machine whatever its locale. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/**
 * What to call each person of one class on screen: « Chloé », or « Léa B. » and « Léa M. » where the first name
 * is shared, with as many letters as it takes (« Léa Mar. », « Léa Mau. »), and « Léa Martin 1 », « Léa Martin 2 »
 * where even the family name is. First names that differ by accents or case only sound alike, so they count as one.
 * @returns display name by id
 */
export function shortNames(group: readonly Named[]): Map<string, string> {
  const shown = new Map<string, string>();
  for (const namesakes of groupBy(group, (person) => normaliseName(person.names.first)).values()) {
    const [only] = namesakes;
    if (namesakes.length === 1 && only) shown.set(only.id, only.names.first);
    else for (const person of namesakes) shown.set(person.id, distinctName(person, namesakes));
  }
  return shown;
}

function distinctName(person: Named, namesakes: readonly Named[]): string {
  const own = familyName(person.names);
  const others = namesakes.filter((other) => other.id !== person.id).map((other) => familyName(other.names));
  const letters = [...own];
  for (let count = 1; count < letters.length; count++) {
    const prefix = letters.slice(0, count).join('');
    if (prefix.endsWith(' ') || others.some((other) => startsAlike(other, prefix))) continue;
    return `${person.names.first} ${capitalised(prefix)}.`;
  }
  const alike = namesakes.filter((other) => normaliseName(familyName(other.names)) === normaliseName(own));
  const whole = `${person.names.first} ${own}`;
  if (alike.length < 2) return whole;
  const rank = alike
    .map((other) => other.id)
    .sort(compareText)
    .indexOf(person.id);
  return `${whole} ${rank + 1}`;
}

function startsAlike(family: string, prefix: string): boolean {
  return normaliseName([...family].slice(0, [...prefix].length).join('')) === normaliseName(prefix);
}

/** ONDE writes family names in capitals: « MAR » reads better as « Mar » after a first name. */
function capitalised(prefix: string): string {
  const [initial = '', ...rest] = [...prefix];
  return initial.toUpperCase() + rest.join('').toLowerCase();
}

/** Items by key, keys and items in order of appearance. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
