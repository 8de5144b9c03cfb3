/**
 * Identifiers (DESIGN 3): a type prefix and 13 lower-case base32 characters from 65 random bits. They carry no
 * clock, no name and no national number, so that they may stand in a log, a file name or an unencrypted key.
 */

export const ID_PREFIXES = [
  'school',
  'year',
  'class',
  'group',
  'pupil',
  'guardian',
  'staff',
  'poste',
  'device',
  'cart',
  'bay',
  'accessory',
  'lesson',
  'item',
  'handin',
  'event',
  'roll',
  'homework',
  'plan',
  'grant',
  'file',
  'parcel',
  'enrol',
  'account',
  'hub',
  'import',
  'portal',
  'poll',
  'quiz',
  'message',
  'booking',
  'point',
] as const;
export type IdPrefix = (typeof ID_PREFIXES)[number];

/** `pupil_k3zq…`: the prefix names the kind of thing, the rest means nothing. */
export type Id<P extends IdPrefix = IdPrefix> = `${P}_${string}`;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
export const OPAQUE_LENGTH = 13;
/** 9 bytes hold the 65 bits needed; the last 7 bits are dropped. */
export const ID_BYTES = 9;

/** The 13 characters for at least 65 bits of `bytes`. @throws RangeError when fewer than 9 bytes are given. */
export function opaque(bytes: Uint8Array): string {
  if (bytes.length < ID_BYTES)
    throw new RangeError(`an identifier needs ${ID_BYTES} bytes, got ${bytes.length}`);
  let out = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5 && out.length < OPAQUE_LENGTH) {
      bits -= 5;
      out += ALPHABET.charAt((held >>> bits) & 31);
    }
    held &= (1 << bits) - 1;
    if (out.length === OPAQUE_LENGTH) break;
  }
  return out;
}

/** An id from random bytes (new things) or from a keyed hash (imported things: two imports converge). */
export function idFrom<P extends IdPrefix>(prefix: P, bytes: Uint8Array): Id<P> {
  return `${prefix}_${opaque(bytes)}`;
}

const ID_PATTERN = /^([a-z]+)_([a-z2-7]{13})$/;

/** True for a well-formed id, of that prefix where one is given. */
export function isId<P extends IdPrefix>(value: unknown, prefix?: P): value is Id<P> {
  if (typeof value !== 'string') return false;
  const match = ID_PATTERN.exec(value);
  return (
    match !== null &&
    (prefix ? match[1] === prefix : (ID_PREFIXES as readonly string[]).includes(match[1] ?? ''))
  );
}

/** The 13 characters alone, as database names use them. */
export function opaqueOf(id: Id): string {
  return id.slice(id.indexOf('_') + 1);
}
