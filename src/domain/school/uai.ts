const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ';

/**
 * A school's national number: seven digits and a check letter (the number modulo 23, no I, O or Q).
 * Spaces and lower case are forgiven. @returns the number in its usual form, undefined when it is wrong
 */
export function checkUai(typed: string): string | undefined {
  const value = typed.replace(/\s/g, '').toUpperCase();
  const match = /^(\d{7})([A-Z])$/.exec(value);
  if (!match?.[1]) return undefined;
  return LETTERS.charAt(Number(match[1]) % LETTERS.length) === match[2] ? value : undefined;
}
