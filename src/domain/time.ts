/**
 * Instants are UTC ISO strings. A half-day is a school-local date and AM or PM: the register's key, whatever the
 * clock of the machine that reads it. Wall clocks never decide an order (DESIGN 3).
 */
export type Instant = string;
export type LocalDate = string;
export interface HalfDay {
  readonly date: LocalDate;
  readonly half: 'AM' | 'PM';
}

/** The clock is handed in, so that rules and tests never read the machine's. Milliseconds since 1970, UTC. */
export type Clock = () => number;

export const instant = (ms: number): Instant => new Date(ms).toISOString();

const parts = (ms: number, zone: string): Record<string, string> =>
  Object.fromEntries(
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(ms)
      .map((part) => [part.type, part.value]),
  );

/** The date in the school's zone, e.g. `Europe/Paris`, `Indian/Reunion`. */
export function localDate(ms: number, zone: string): LocalDate {
  const p = parts(ms, zone);
  return `${p['year']}-${p['month']}-${p['day']}`;
}

/** Minutes since local midnight in the school's zone, 0 to 1439. */
export function localMinutes(ms: number, zone: string): number {
  const p = parts(ms, zone);
  return Number(p['hour']) * 60 + Number(p['minute']);
}

/**
 * The instant of a local date and time in the school's zone, in milliseconds since 1970, UTC.
 * @param minutes since local midnight, 0 to 1440; a time that a change of clocks leaves out is the one after it
 */
export function instantAt(date: LocalDate, minutes: number, zone: string): number {
  const asUtc = Date.parse(`${date}T00:00:00Z`) + minutes * 60_000;
  const shift = (ms: number): number => {
    const there = Date.parse(`${localDate(ms, zone)}T00:00:00Z`) + localMinutes(ms, zone) * 60_000;
    return there - Math.floor(ms / 60_000) * 60_000;
  };
  // Twice: the first guess may stand on the other side of a change of clocks.
  return asUtc - shift(asUtc - shift(asUtc));
}

/** The half-day an instant belongs to: before 12:45 local time is the morning. */
export function halfDayAt(ms: number, zone: string): HalfDay {
  return { date: localDate(ms, zone), half: localMinutes(ms, zone) < 12 * 60 + 45 ? 'AM' : 'PM' };
}

/** The school year a local date belongs to, named by its first calendar year: August opens the next one. */
export function schoolYearOf(date: LocalDate): number {
  const year = Number(date.slice(0, 4));
  return Number(date.slice(5, 7)) >= 8 ? year : year - 1;
}

const DAY_MS = 86_400_000;
export const addDays = (date: LocalDate, days: number): LocalDate =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** 1 Monday to 7 Sunday. */
export const weekdayOf = (date: LocalDate): number => new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
export const mondayOf = (date: LocalDate): LocalDate => addDays(date, 1 - weekdayOf(date));

/** The next day from Monday to Friday. */
export function nextWeekday(date: LocalDate): LocalDate {
  const next = addDays(date, 1);
  return weekdayOf(next) > 5 ? nextWeekday(next) : next;
}
