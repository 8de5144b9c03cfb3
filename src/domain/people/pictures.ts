/** Twelve pictures a child tells apart; the pupil's symbol and picture code are made of them. */
export const PICTURES = [
  'cat',
  'dog',
  'fish',
  'bird',
  'tree',
  'flower',
  'sun',
  'moon',
  'car',
  'boat',
  'house',
  'apple',
] as const;
export type Picture = (typeof PICTURES)[number];

/** Pictures in a code: two for those who cannot read (144 codes), three from CE1 on (1,728). */
export function codeLength(grade: string | undefined): number {
  return grade !== undefined && ['CE1', 'CE2', 'CM1', 'CM2'].includes(grade) ? 3 : 2;
}

/** The pictures that random or keyed bytes choose. */
export function picturesFrom(bytes: Uint8Array, count: number): Picture[] {
  return Array.from(
    { length: count },
    (_, index) => PICTURES[(bytes[index] ?? 0) % PICTURES.length] ?? 'cat',
  );
}
