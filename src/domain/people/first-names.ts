/** A class and a few more; a pasted address book is a mistake, not a class. */
export const MAX_QUICK_NAMES = 40;
const LONGEST = 40;

/**
 * The first names in what a teacher pasted: one a line, or separated by commas, semicolons or tabs; numbering and
 * bullets fall away. A repeated first name is two children, so it stays.
 */
export function firstNamesIn(pasted: string): string[] {
  return pasted
    .split(/[\r\n,;\t]+/)
    .map((part) =>
      part
        .replace(/^[\s\d.)•*–—-]+/u, '')
        .replace(/[\u0000-\u001f<>]/g, '')
        .trim()
        .slice(0, LONGEST),
    )
    .filter((name) => /\p{L}/u.test(name));
}
