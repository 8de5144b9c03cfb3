/** « La sonnerie »: when the devices of a cart are wanted next. */
import { SCHOOL_HOURS } from './booking';
import { addDays, instantAt, localDate, weekdayOf } from '../time';

/** `now`: school is on and nothing is booked, so that what counts is this minute. */
export interface Bell {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly why: 'booking' | 'school' | 'now';
}

/** Where a lesson is expected within this, it is this one that is prepared, whatever was booked for later. Minutes. */
const SOON = 20;
/** The longest time without school that a plan looks over: the summer. Days. */
const AHEAD_DAYS = 70;

/** The half-days of school of a date, as instants. Holidays are not known here: nobody is worse off for a charged cart. */
function halves(date: string, zone: string): [number, number][] {
  if (weekdayOf(date) > 5) return [];
  const all = weekdayOf(date) === 3 ? [SCHOOL_HOURS.morning] : [SCHOOL_HOURS.morning, SCHOOL_HOURS.afternoon];
  return all.map(([from, to]) => [instantAt(date, from, zone), instantAt(date, to, zone)]);
}

/**
 * The next lesson that the cart has to be ready for: its next booking where that comes before the school's next half-day,
 * and this minute while school is on.
 * @param now milliseconds since the epoch
 * @param booked start of the next booking of the cart, milliseconds since the epoch
 */
export function nextBell(now: number, zone: string, booked?: number): Bell {
  const today = localDate(now, zone);
  const days = Array.from({ length: AHEAD_DAYS }, (_, at) => addDays(today, at));
  for (const day of days)
    for (const [from, to] of halves(day, zone)) {
      if (to - SOON * 60_000 <= now) continue;
      const school: Bell = from > now ? { at: from, why: 'school' } : { at: now, why: 'now' };
      return booked !== undefined && booked >= now && booked <= Math.max(school.at, now + SOON * 60_000)
        ? { at: booked, why: 'booking' }
        : school;
    }
  return { at: booked ?? now, why: booked === undefined ? 'now' : 'booking' };
}
