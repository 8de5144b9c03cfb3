import { daysBetween, type LocalDay } from '../retention/calendar';

/**
 * The school's day (docs/sync-decisions.md §2). Computers' clocks may be wrong by years, so nothing is forgotten by one of
 * them alone: everything that ends by a date waits for the latest horizon that a head's poste wrote.
 */

/** How far this poste's clock goes ahead of the commune's, and when that was seen, both in milliseconds of this clock. */
export interface ClockReading {
  readonly ahead: number;
  readonly at: number;
}

const DAY_MS = 86_400_000;
/** A horizon is moved when it is a month old: deletions come in monthly sweeps and not every night. */
export const MONTH_DAYS = 28;
/** A longer jump may be a clock that went astray together with the commune's; somebody looks at it. */
export const JUMP_MAX_DAYS = 40;
/** An older comparison says nothing about a clock that was changed since. */
const READING_MAX_MS = 2 * DAY_MS;

/** True when this clock and the commune's agreed to a day, a moment ago. */
export function agrees(reading: ClockReading | undefined, now: number): boolean {
  if (!reading) return false;
  const age = now - reading.at;
  return Math.abs(reading.ahead) < DAY_MS && age >= 0 && age <= READING_MAX_MS;
}

export type Move =
  | { readonly kind: 'none' }
  /** By itself. */
  | { readonly kind: 'move' }
  /** Only once a person has confirmed the date. */
  | { readonly kind: 'ask'; readonly why: 'clock' | 'jump' };

/**
 * What a head's poste does about the horizon today.
 * @param today the local day by this poste's clock
 */
export function nextMove(
  horizon: LocalDay | undefined,
  today: LocalDay,
  reading: ClockReading | undefined,
  now: number,
): Move {
  const days = horizon === undefined ? MONTH_DAYS : daysBetween(horizon, today);
  if (days < MONTH_DAYS) return { kind: 'none' };
  if (!agrees(reading, now)) return { kind: 'ask', why: 'clock' };
  return days > JUMP_MAX_DAYS ? { kind: 'ask', why: 'jump' } : { kind: 'move' };
}

/** The latest of the days that were written; later ones only ever add to it. */
export function latestDay(days: Iterable<LocalDay>): LocalDay | undefined {
  let latest: LocalDay | undefined;
  for (const day of days) if (latest === undefined || day > latest) latest = day;
  return latest;
}
