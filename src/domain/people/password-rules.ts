/**
 * Strength of a staff password (SDET-22; CNIL recommendation 2022-100: 50 bits or so, checked, never « one capital
 * and one digit »). Long and not guessable from the person beats symbols.
 */
export type PasswordWeakness = 'short' | 'common' | 'personal' | 'monotonous';

export const MIN_PASSWORD = 10;

const COMMON = [
  'password',
  'motdepasse',
  'azertyuiop',
  'azerty',
  'qwerty',
  '123456',
  '0123456789',
  'doudou',
  'soleil',
  'bonjour',
  'ecole',
  'maitresse',
  'directrice',
  'directeur',
  'chouchou',
  'loulou',
];

const plain = (value: string): string =>
  value
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

/** @param personal words an attacker would try first: names, school, town */
export function passwordWeakness(
  password: string,
  personal: readonly string[] = [],
): PasswordWeakness | undefined {
  if ([...password].length < MIN_PASSWORD) return 'short';
  const flat = plain(password);
  if (new Set(flat).size < 5) return 'monotonous';
  const rest = (words: readonly string[]): number =>
    words
      .map(plain)
      .filter((word) => word.length >= 3)
      .reduce((left, word) => left.replaceAll(word, ''), flat).length;
  // What remains once the guessable words are taken away must still be hard.
  if (flat.length > 0 && rest(COMMON) < 6) return 'common';
  if (flat.length > 0 && rest([...personal, ...COMMON]) < 6) return 'personal';
  return undefined;
}

/** `Marie Durand` signs in as `m.durand`. */
export function loginOf(first: string, family: string): string {
  return `${plain(first).slice(0, 1)}.${plain(family)}`;
}

/** An identifier as it was meant: `N.Saint-Cyr ` is `n.saintcyr`. */
export function readLogin(typed: string): string {
  return typed.split('.').map(plain).join('.');
}

const CONSONANTS = 'bdfgjklmnprstvz';
const VOWELS = 'aeiou';

/** A first password that can be read aloud: `tobi-rame-kulo-vine`, 50 bits from 8 syllables (6.2 bits each). */
export function pronounceable(bytes: Uint8Array): string {
  const syllables: string[] = [];
  for (let index = 0; index + 1 < bytes.length && syllables.length < 8; index += 2) {
    syllables.push(
      CONSONANTS.charAt((bytes[index] ?? 0) % CONSONANTS.length) +
        VOWELS.charAt((bytes[index + 1] ?? 0) % VOWELS.length),
    );
  }
  return syllables.join('').replace(/(.{4})(?=.)/g, '$1-');
}
