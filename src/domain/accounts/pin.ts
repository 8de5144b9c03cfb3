/**
 * The short code of the day that reopens a locked screen. It opens no key and lives in the host's memory alone, so four
 * digits are enough where few tries are left; what everybody tries first is refused all the same.
 */
const SHAPE = /^\d{4,6}$/;
/** Wrong codes before the password is asked. */
export const PIN_TRIES = 5;

export type PinWeakness = 'shape' | 'repeated' | 'sequence' | 'common';

/** Most chosen PINs that are neither repeated nor a sequence (DataGenetics 2012; years of birth of who works today). */
const COMMON = new Set([
  '1212',
  '2580',
  '0852',
  '1004',
  '6969',
  '1313',
  '112233',
  '123123',
  '121212',
  '159753',
  '147258',
]);
const YEAR = /^(19[3-9]\d|20[0-3]\d)$/;

export function pinWeakness(pin: string): PinWeakness | undefined {
  if (!SHAPE.test(pin)) return 'shape';
  const digits = [...pin].map(Number);
  if (new Set(digits).size === 1) return 'repeated';
  const steps = new Set(digits.slice(1).map((digit, at) => (digit - (digits[at] ?? 0) + 10) % 10));
  if (steps.size === 1 && (steps.has(1) || steps.has(9))) return 'sequence';
  return COMMON.has(pin) || YEAR.test(pin) ? 'common' : undefined;
}
