/**
 * The code that a head reads out on the telephone to somebody who forgot their password: nine digits and a check digit,
 * `407 215 9386`. Digits because B, D, P and T sound alike; a check digit so that a slip is told from a wrong code and
 * costs no try. 30 bits with five tries a code: one chance in two hundred million.
 */
export const DAY_CODE_TRIES = 5;
/** Codes of one person, computer and day: whoever spends the first on purpose keeps nobody out until tomorrow. */
export const DAY_CODES = 3;
const DATA = 9;

// Damm's quasigroup of order 10 (H. M. Damm, 2004): finds every wrong digit and every swap of neighbours.
const DAMM = [
  '0317598642', '7092154863', '4206871359', '1750983426', '6123045978',
  '3674209581', '5869720134', '8945362017', '9438617205', '2581436790',
] as const; // prettier-ignore

/** 0 for digits whose last one is right. */
function damm(digits: string): number {
  let interim = 0;
  for (const digit of digits) interim = Number(DAMM[interim]?.charAt(Number(digit)));
  return interim;
}

/** @param bytes at least 8, keyed and uniform. @throws RangeError for fewer */
export function dayCodeFrom(bytes: Uint8Array): string {
  if (bytes.length < 8) throw new RangeError('a day code needs 8 bytes');
  const number = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0) % 10n ** BigInt(DATA);
  const digits = String(number).padStart(DATA, '0');
  return digits + String(damm(digits));
}

/** As it is shown and said: 407 215 9386. */
export const spokenDayCode = (code: string): string => code.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3');

/** The ten digits, however they were typed; undefined where one was misheard, missing or swapped. */
export function readDayCode(typed: string): string | undefined {
  const digits = typed.normalize('NFKC').replace(/[\s.·-]/g, '');
  return /^\d{10}$/.test(digits) && damm(digits) === 0 ? digits : undefined;
}
