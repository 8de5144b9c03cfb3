/**
 * Wrong tries cost time and never lock anybody out (DESIGN 5): a class of 28 cannot be stopped by one child who guesses.
 * Three are free, then 2, 4, 8… seconds, 30 at most; a right one forgets the past.
 */
export interface Tries {
  readonly wrong: number;
  /** Next try judged from this instant on, ms since 1970. */
  readonly notBefore: number;
}
export const NO_TRIES: Tries = { wrong: 0, notBefore: 0 };

export const FREE_TRIES = 3;
export const LONGEST_DELAY = 30_000;

/** Seconds to wait before a try is judged, 0 when it may be now. */
export const secondsToWait = (tries: Tries, now: number): number =>
  Math.max(0, Math.ceil((tries.notBefore - now) / 1000));

export function afterWrong(tries: Tries, now: number): Tries {
  const wrong = tries.wrong + 1;
  const over = wrong - FREE_TRIES;
  const delay = over < 0 ? 0 : Math.min(2_000 * 2 ** Math.min(over, 10), LONGEST_DELAY);
  return { wrong, notBefore: now + delay };
}
