import { schoolYearOf, type LocalDate } from '../time';

/** A calendar day `yyyy-mm-dd`. Retention counts days; hours and zones would make replicas differ. */
export type LocalDay = LocalDate;

/** Nothing of Préau is older: a document dated before was written under a wrong clock, and its date says nothing. */
export const EARLIEST: LocalDay = '2026-01-01';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;
const DAY_MS = 86_400_000;
/** East of every meridian: the latest local day an instant has anywhere, so that no zone forgets early. */
const EASTERNMOST_MS = 14 * 3_600_000;

const at = (day: LocalDay): number => Date.parse(`${day}T00:00:00Z`);
const from = (ms: number): LocalDay => new Date(ms).toISOString().slice(0, 10);

/** True for a day that the calendar has, of the years 1000 to 9999. */
export function isLocalDay(value: unknown): value is LocalDay {
  return (
    typeof value === 'string' &&
    DAY.test(value) &&
    value >= '1000' &&
    !isNaN(at(value)) &&
    from(at(value)) === value
  );
}

/** The day in a local date or a UTC instant; undefined for anything else. */
export function dayIn(value: unknown): LocalDay | undefined {
  if (isLocalDay(value)) return value;
  if (typeof value !== 'string' || !INSTANT.test(value) || !isLocalDay(value.slice(0, 10))) return undefined;
  const ms = Date.parse(value);
  if (isNaN(ms)) return undefined;
  const day = from(ms + EASTERNMOST_MS);
  return isLocalDay(day) ? day : undefined;
}

/** @returns undefined behind the last year that is written with four digits */
export function addMonths(day: LocalDay, months: number): LocalDay | undefined {
  const [year, month, date] = [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8))];
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const found = from(first.setUTCDate(Math.min(date, last)));
  return isLocalDay(found) ? found : undefined;
}

/** @returns undefined outside the years 1000 to 9999 */
export function addDays(day: LocalDay, days: number): LocalDay | undefined {
  const found = from(at(day) + days * DAY_MS);
  return isLocalDay(found) ? found : undefined;
}

/** Whole days from one day to another; negative where the second is earlier. */
export const daysBetween = (first: LocalDay, second: LocalDay): number => (at(second) - at(first)) / DAY_MS;

/** The first day that is not of that day's school year any more. */
export const endOfSchoolYear = (day: LocalDay): LocalDay => startOfSchoolYear(schoolYearOf(day) + 1);

/** @param year first civil year of the school year, 1000 to 9999 */
export const startOfSchoolYear = (year: number): LocalDay => `${String(year)}-08-01`;
