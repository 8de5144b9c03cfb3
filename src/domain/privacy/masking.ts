/** What stands in the place of somebody else's data. */
export const MASK = '▒▒▒';

/** Names of somebody as they may stand in a text. */
export interface Named {
  readonly id: string;
  readonly first: string;
  readonly family: string;
  readonly usage?: string | undefined;
}

/** Letters as one compares names: no case, no accents, one apostrophe. */
const plainLetters = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replace(/’/g, "'").toLowerCase();

const WORD = /[\p{L}\p{M}'’-]+/gu;

/**
 * Takes other people's names out of a text: each word that is the first or family name of somebody else of the school and is
 * no name of the person it is handed to. A child called like a word of every day (« Rose », « Pierre ») is masked only where it is
 * written with a capital.
 */
export function maskNames(text: string, others: readonly Named[], self: Named | undefined): string {
  const own = new Set(self ? wordsOf(self) : []);
  const names = new Set(others.flatMap(wordsOf).filter((word) => !own.has(word)));
  return text.replace(WORD, (word) => (names.has(plainLetters(word)) && /^\p{Lu}/u.test(word) ? MASK : word));
}
function wordsOf({ first, family, usage }: Named): string[] {
  return [first, family, usage ?? '']
    .flatMap((name) => name.match(WORD) ?? [])
    .map(plainLetters)
    .filter((word) => word.length > 1);
}
