/**
 * The lesson's rotating code, read from the board and typed by a visitor or a device that has no list yet. Letters a
 * seven-year-old does not confuse: no I, O, U or V, capitals only, no digits (keyboards of tablets hide them).
 */
export const CODE_LETTERS = 'ABCDEFGHJKLMNPQRSTXYZ';
export const CODE_LENGTH = 5;
/** A code changes every ten minutes (ms); the one before is accepted as well, for who is still typing. */
export const CODE_PERIOD = 10 * 60_000;

export const codeWindow = (now: number): number => Math.floor(now / CODE_PERIOD);

/** The code for a window from 16 keyed-hash bytes or more: about 22 bits, behind a try limit. */
export function codeFrom(hash: Uint8Array): string {
  let held = 0n;
  for (const byte of hash.subarray(0, 16)) held = (held << 8n) | BigInt(byte);
  const base = BigInt(CODE_LETTERS.length);
  let out = '';
  for (let n = 0; n < CODE_LENGTH; n += 1) {
    out += CODE_LETTERS.charAt(Number(held % base));
    held /= base;
  }
  return out;
}

/** What was typed, as it is compared: spaces, dashes and case do not count. */
export const tidyCode = (typed: string): string => typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
