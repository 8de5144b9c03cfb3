import { readCode, type LabelCode } from './label-code';
import { sameSerial } from './record';
import { otherLayout } from './scanner';

/** What a thing may be found by. */
export interface Searchable {
  readonly code?: LabelCode | undefined;
  readonly serial?: string | undefined;
  readonly assetNumber?: string | undefined;
  readonly label: string;
  /** Everything else one may type: model, maker, kind, state, the label of what it goes with. */
  readonly words: readonly string[];
}

export interface Found<T> {
  readonly items: readonly T[];
  /** The thing a scan means, when it can mean one only: open it. */
  readonly exact: T | undefined;
}

/** Case, accents and separators do not count; « tablette 07 » finds « Tablette 7 ». */
export function normalise(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/œ/g, 'oe')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(/(^| )0+(?=\d)/g, '$1');
}

function exactly<T extends Searchable>(things: readonly T[], query: string): T | undefined {
  const code = readCode(query);
  const only = (test: (thing: T) => boolean): T | undefined => {
    const found = things.filter(test);
    return found.length === 1 ? found[0] : undefined;
  };
  return (
    (code === undefined ? undefined : only((thing) => thing.code === code)) ??
    only((thing) => sameSerial(thing.serial, query)) ??
    only((thing) => sameSerial(thing.assetNumber, query))
  );
}

function byWords<T extends Searchable>(things: readonly T[], query: string): T[] {
  const wanted = normalise(query);
  const parts = wanted.split(' ');
  const ranked = things.flatMap((thing) => {
    const label = normalise(thing.label);
    const rest = normalise([thing.code, thing.serial, thing.assetNumber, ...thing.words].join(' '));
    const all = `${label} ${rest}`;
    if (!parts.every((part) => matches(all, part))) return [];
    const rank = label === wanted ? 0 : label.startsWith(wanted) ? 1 : matches(label, parts[0] ?? '') ? 2 : 3;
    return [{ thing, rank }];
  });
  return ranked.sort((a, b) => a.rank - b.rank).map((each) => each.thing);
}

/** A number is a whole number (« 7 » does not find 17); a word is found anywhere (« sung » finds Samsung). */
function matches(text: string, part: string): boolean {
  if (!/^\d{1,2}$/.test(part)) return text.includes(part);
  return text.split(' ').includes(part);
}

/**
 * Finds by typing or by a scan. A label's code first, then a serial number, then an inventory number, each only when it
 * means one thing; else every word typed, best label first. An empty query finds everything. A scan that went through the
 * wrong keyboard layout is tried again on the right one.
 */
export function search<T extends Searchable>(things: readonly T[], query: string): Found<T> {
  if (normalise(query) === '' && query.trim() === '') return { items: things, exact: undefined };
  for (const text of [query, otherLayout(query)]) {
    const exact = exactly(things, text);
    if (exact) return { items: [exact], exact };
  }
  const items = normalise(query) === '' ? [] : byWords(things, query);
  return { items, exact: undefined };
}
