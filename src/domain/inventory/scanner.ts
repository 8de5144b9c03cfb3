/**
 * What a handheld scanner meant. Out of its box it types as on an American keyboard; on a computer set to French the
 * serial number `R52N-601A` arrives as `R(éN)-à&Q`. Nothing in the computer can tell the scanner's layout, so the text is
 * read both ways and the one that is a serial number is kept.
 */

/** French AZERTY character → what the same key types on a QWERTY keyboard (Windows layouts 0000040c and 00000409). */
const BACK: Readonly<Record<string, string>> = {
  '&': '1',
  é: '2',
  '"': '3',
  "'": '4',
  '(': '5',
  '-': '6',
  è: '7',
  _: '8',
  ç: '9',
  à: '0',
  ')': '-',
  '°': '_',
  a: 'q',
  q: 'a',
  z: 'w',
  w: 'z',
  m: ';',
  ',': 'm',
  ';': ',',
  ':': '.',
  '!': '/',
  A: 'Q',
  Q: 'A',
  Z: 'W',
  W: 'Z',
  M: ':',
  '?': 'M',
  '.': '<',
  '/': '>',
  '§': '?',
};

/** Only a keyboard of the wrong layout puts these in a serial number. */
const FOREIGN = /[&é"'(è_çà°§]/;
/** What makers print: letters, digits, sometimes a separator. */
const SERIAL = /^[A-Za-z0-9][A-Za-z0-9./:-]{2,63}$/;

/** The text as the scanner meant it, and whether it had to be put right. */
export interface Scanned {
  readonly text: string;
  readonly corrected: boolean;
}

/** Reads a scan; a text that needs no correction comes back trimmed. */
export function readScan(typed: string): Scanned {
  const text = typed.trim();
  if (!FOREIGN.test(text)) return { text, corrected: false };
  const meant = [...text].map((char) => BACK[char] ?? char).join('');
  return SERIAL.test(meant) ? { text: meant, corrected: true } : { text, corrected: false };
}

/** What the same keys would have typed on the other layout, for a search that finds nothing as typed. */
export function otherLayout(text: string): string {
  return [...text].map((char) => BACK[char] ?? char).join('');
}
