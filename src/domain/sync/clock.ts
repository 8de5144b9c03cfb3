import { localMinutes } from '../time';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
const DAY_MIN = 1440;

/**
 * The first instant strictly after `now` at which the school's clocks show that minute of the day. On the day the clocks
 * change it may be off by the hour that does not exist.
 * @param minutes since local midnight, 0 to 1439
 */
export function nextLocal(now: number, zone: string, minutes: number): number {
  const floor = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const ahead = (minutes - localMinutes(now, zone) + DAY_MIN) % DAY_MIN || DAY_MIN;
  return settled(floor + ahead * MINUTE_MS, zone, minutes, floor);
}

/** The last instant at or before `now` at which they showed it. */
export function lastLocal(now: number, zone: string, minutes: number): number {
  const floor = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const ago = (localMinutes(now, zone) - minutes + DAY_MIN) % DAY_MIN;
  return settled(floor - ago * MINUTE_MS, zone, minutes);
}

/** A change of the clocks in between moves the answer by an hour, once. */
function settled(at: number, zone: string, minutes: number, notBefore?: number): number {
  const off = localMinutes(at, zone) - minutes;
  const near = off > DAY_MIN / 2 ? off - DAY_MIN : off < -DAY_MIN / 2 ? off + DAY_MIN : off;
  const moved = at - near * MINUTE_MS;
  return notBefore !== undefined && moved <= notBefore ? at : moved;
}
