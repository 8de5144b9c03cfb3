/**
 * The code printed on a label: eight letters, `BCDF-GHJK`, in a QR and readable beside it.
 *
 * Sixteen letters that stand on the same keys of a QWERTY and of an AZERTY keyboard: a handheld scanner types as if on an
 * American one, so that on a French computer digits become `&é"'(` and A becomes Q. No vowel (no word appears by
 * chance), no I, L, O. Seven letters are random (28 bits: two of a thousand labels meet once in 500 schools, and
 * the service draws again), the eighth checks them.
 */

export const CODE_LETTERS = 'BCDFGHJKNPRSTVXY';
export const CODE_LENGTH = 8;
/** Random bytes that `makeCode` needs: half a byte a letter. */
export const CODE_BYTES = 4;

/** A label's code as stored, compared and put in a QR: eight capitals, no hyphen. */
export type LabelCode = string;

/** Weights are odd, so that one wrong letter always shows; they differ, so that most swapped neighbours do too. */
const WEIGHTS = [1, 3, 5, 7, 9, 11, 13] as const;

function checkLetter(letters: string): string {
  const sum = WEIGHTS.reduce(
    (total, weight, at) => total + weight * CODE_LETTERS.indexOf(letters.charAt(at)),
    0,
  );
  return CODE_LETTERS.charAt(sum % CODE_LETTERS.length);
}

/** @param bytes at least 4 random bytes @throws RangeError when there are fewer */
export function makeCode(bytes: Uint8Array): LabelCode {
  if (bytes.length < CODE_BYTES) throw new RangeError(`a label code needs ${CODE_BYTES} bytes`);
  let letters = '';
  for (let at = 0; at < CODE_LENGTH - 1; at += 1) {
    const byte = bytes[at >> 1] ?? 0;
    letters += CODE_LETTERS.charAt(at % 2 === 0 ? byte >> 4 : byte & 15);
  }
  return letters + checkLetter(letters);
}

/** The code in what somebody typed or scanned, or undefined when it is none. Case, blanks and hyphens do not count. */
export function readCode(text: string): LabelCode | undefined {
  const letters = text.toUpperCase().replace(/[\s\-)_.]/g, '');
  if (letters.length !== CODE_LENGTH) return undefined;
  if ([...letters].some((letter) => !CODE_LETTERS.includes(letter))) return undefined;
  return checkLetter(letters) === letters.at(-1) ? letters : undefined;
}

/** As printed: `BCDF-GHJK`. */
export function formatCode(code: LabelCode): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
