/**
 * What stands between a name and a tablet's shell: adb hands over one line of text, and what is in it is a program. Names come
 * from tablets and from people.
 */

/** An adbd before Android 7 takes a line of 4 kB (MAX_PAYLOAD_V1); the longest word is a page's address of 2,000 letters. Bytes */
const MAX_WORD_BYTES = 3_000;

/**
 * One word of a command, whatever is in it. @throws RangeError for what no name has: NUL, line ends, three kilobytes
 */
export function quoted(word: string): string {
  if (/[\0\r\n]/.test(word) || Buffer.byteLength(word) > MAX_WORD_BYTES) throw new RangeError('not a word');
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A command line of which every word is one. @throws RangeError */
export const commandLine = (...words: readonly string[]): string => words.map(quoted).join(' ');

/** Words of a tablet for a person's eyes: one line, no control sequences, cut. */
export function plain(text: string, most = 80): string {
  return text
    .replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '')
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, most);
}
