import { PreauError } from '../domain/errors';

/**
 * Printed codes: random bits in groups of five characters, 160 in eight groups for a recovery sheet. The fifth of each group is
 * a check over the other four and the group's place, in GF(32): any one wrong character, any two exchanged neighbours
 * and two exchanged groups are found while the person still has the line under their finger. Letters as Crockford
 * chose them: no I, L, O, U; those that are typed anyway are read as what they look like.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const RECOVERY_BYTES = 20;
export const GROUPS = 8;
const DATA = 4;
const LOOKS_LIKE: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };

/** Product in GF(32) with x^5 + x^2 + 1. */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 5; bit++) if (b & (1 << bit)) product ^= a << bit;
  for (let bit = 8; bit >= 5; bit--) if (product & (1 << bit)) product ^= 0b100101 << (bit - 5);
  return product;
}

/** The check value: every place has its own weight, none of them 0 or 1. */
function check(values: readonly number[], group: number): number {
  let sum = group + 1;
  let weight = 2;
  for (const value of values) {
    sum ^= times(value, weight);
    weight = times(weight, 2);
  }
  return sum;
}

const symbol = (value: number): string => ALPHABET.charAt(value);

/** `7H2K9-…`, 47 characters with the dashes. @throws RangeError unless 20 bytes are given */
export function formatRecoveryCode(bytes: Uint8Array): string {
  if (bytes.length !== RECOVERY_BYTES) throw new RangeError(`a recovery code has ${RECOVERY_BYTES} bytes`);
  return formatPrintedCode(bytes);
}

/** 20 bits a group: 10 bytes are four groups. @throws RangeError for bytes that do not fill their groups */
export function formatPrintedCode(bytes: Uint8Array): string {
  const count = (bytes.length * 8) / (5 * DATA);
  if (!Number.isInteger(count)) throw new RangeError('a printed code has whole groups');
  const number = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  const groups: string[] = [];
  for (let group = 0; group < count; group++) {
    const values = Array.from({ length: DATA }, (_, place) => {
      const shift = BigInt(5 * (count * DATA - 1 - (group * DATA + place)));
      return Number((number >> shift) & 31n);
    });
    groups.push(values.map(symbol).join('') + symbol(check(values, group)));
  }
  return groups.join('-');
}

/**
 * The 20 bytes of a typed code. Blanks, dashes and case do not matter.
 * @throws PreauError `RECOVERY_WRONG` with `group` (from 1) where one does not check, or 0 for a wrong length
 */
export function parseRecoveryCode(typed: string): Buffer {
  return parsePrintedCode(typed, RECOVERY_BYTES);
}

/** The same for a code of that many bytes. @throws PreauError `RECOVERY_WRONG` */
export function parsePrintedCode(typed: string, bytes: number): Buffer {
  const count = (bytes * 8) / (5 * DATA);
  const text = typed
    .toUpperCase()
    .replace(/[\s\-–—.]/g, '')
    .replace(/[OIL]/g, (letter) => LOOKS_LIKE[letter] ?? letter);
  if (text.length !== count * (DATA + 1)) throw new PreauError('RECOVERY_WRONG', { group: 0 });
  let number = 0n;
  for (let group = 0; group < count; group++) {
    const values = [...text.slice(group * (DATA + 1), (group + 1) * (DATA + 1))].map((one) =>
      ALPHABET.indexOf(one),
    );
    const given = values.pop();
    if (values.includes(-1) || given !== check(values, group))
      throw new PreauError('RECOVERY_WRONG', { group: group + 1 });
    for (const value of values) number = (number << 5n) | BigInt(value);
  }
  return Buffer.from(number.toString(16).padStart(bytes * 2, '0'), 'hex');
}
