/** Where each booking stands in the picture of a week: half-hours down, days across, side by side where they overlap. */
import type { BookingView } from '../../../../contract/staff/cart-sets';

export const SLOT_MINUTES = 30;
/** What a week shows at least, in minutes since midnight. */
const USUAL = { from: 8 * 60, to: 18 * 60 };

export interface Placed {
  readonly booking: BookingView;
  /** Row from 0, and how many. */
  readonly row: number;
  readonly rows: number;
  /** Column within its day from 0, and how many there are. */
  readonly lane: number;
  readonly lanes: number;
}
export interface WeekDay {
  readonly date: string;
  readonly placed: readonly Placed[];
}
export interface WeekPicture {
  /** Minutes since midnight of each row. */
  readonly rows: readonly number[];
  readonly days: readonly WeekDay[];
}

/** Those of one day in as few columns as their overlaps need; a group that touches nobody else has the whole width. */
function lanesOf(bookings: readonly BookingView[]): { booking: BookingView; lane: number; lanes: number }[] {
  const sorted = [...bookings].sort((a, b) => a.start - b.start || b.end - a.end);
  const done: { booking: BookingView; lane: number; lanes: number }[] = [];
  let group: { booking: BookingView; lane: number }[] = [];
  let ends: number[] = [];
  const close = (): void => {
    done.push(...group.map((one) => ({ ...one, lanes: ends.length })));
    group = [];
    ends = [];
  };
  for (const booking of sorted) {
    if (group.length > 0 && booking.start >= Math.max(...ends)) close();
    const free = ends.findIndex((end) => end <= booking.start);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = booking.end;
    group.push({ booking, lane });
  }
  close();
  return done;
}

/** Monday to Friday, and the week-end's days that have something; the usual hours, and more where something is outside. */
export function weekPicture(
  days: readonly { readonly date: string; readonly bookings: readonly BookingView[] }[],
): WeekPicture {
  const all = days.flatMap(({ bookings }) => bookings);
  const from = Math.min(USUAL.from, ...all.map(({ start }) => start));
  const to = Math.max(USUAL.to, ...all.map(({ end }) => end));
  const first = Math.floor(from / SLOT_MINUTES) * SLOT_MINUTES;
  const count = Math.ceil((to - first) / SLOT_MINUTES);
  return {
    rows: Array.from({ length: count }, (_, at) => first + at * SLOT_MINUTES),
    days: days
      .filter(({ bookings }, at) => at < 5 || bookings.length > 0)
      .map(({ date, bookings }) => ({
        date,
        placed: lanesOf(bookings).map(({ booking, lane, lanes }) => {
          const row = Math.floor((booking.start - first) / SLOT_MINUTES);
          return {
            booking,
            lane,
            lanes,
            row,
            rows: Math.max(1, Math.ceil((booking.end - first) / SLOT_MINUTES) - row),
          };
        }),
      })),
  };
}
