/** A stretch of words that both versions have, or that only this one has. */
export interface Stretch {
  readonly text: string;
  readonly own: boolean;
}

/** Beyond this many words in each, a text is compared line by line: the table of a longest common part grows as n². */
const MAX_WORDS = 1500;

/**
 * The words of `text` that `other` does not have, in place. Joined again the stretches are `text` itself.
 */
export function ownWords(text: string, other: string): readonly Stretch[] {
  const cut = (whole: string): string[] => whole.match(/\s*\S+|\s+$/g) ?? [];
  const lines = (whole: string): string[] => whole.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const words = cut(text);
  const others = cut(other);
  const long = words.length > MAX_WORDS || others.length > MAX_WORDS;
  const mine = long ? lines(text) : words;
  const theirs = long ? lines(other) : others;
  if (mine.length * theirs.length > MAX_WORDS * MAX_WORDS) return [{ text, own: text !== other }];
  const common = inCommon(
    mine.map((one) => one.trim()),
    theirs.map((one) => one.trim()),
  );
  const stretches: { text: string; own: boolean }[] = [];
  for (const [at, word] of mine.entries()) {
    const own = !common.has(at);
    const last = stretches.at(-1);
    if (last?.own === own) last.text += word;
    else stretches.push({ text: word, own });
  }
  return stretches;
}

/** Places in `a` of a longest common subsequence with `b`. */
function inCommon(a: readonly string[], b: readonly string[]): ReadonlySet<number> {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const places = new Set<number>();
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      places.add(i);
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return places;
}
