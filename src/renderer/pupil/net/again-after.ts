import { isPreauError } from '../../../domain/errors';

/** However long a door asks to wait, a child's work is tried again within a minute (ms). */
const LONGEST = 60_000;

/** @returns the ms a door that is too busy asks to wait; undefined for any other answer */
export function againAfter(error: unknown): number | undefined {
  if (!isPreauError(error) || error.code !== 'TRY_LATER') return undefined;
  const seconds = Number(error.params['seconds']);
  return Math.min(LONGEST, Math.max(1, Number.isFinite(seconds) ? seconds : 1) * 1_000);
}

/**
 * Asks until the door has the time for it. Any other refusal is thrown.
 * @param still false once the answer is of no use any more: nothing is asked then
 */
export async function untilTaken(ask: () => Promise<unknown>, still: () => boolean): Promise<void> {
  while (still()) {
    try {
      await ask();
      return;
    } catch (error) {
      const wait = againAfter(error);
      if (wait === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
