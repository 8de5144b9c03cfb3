/**
 * A cart as a bookable object (CARMO-64). A booking is a fact; so is its end. Two that overlap because two postes were
 * apart are both kept and shown until somebody gives way: nobody is silently right. Times are those of the school's wall
 * clock, so that « le mardi à 10 h » stays so when the clocks change.
 */
import type { Id } from '../id';
import {
  addDays,
  instantAt,
  localDate,
  schoolYearOf,
  weekdayOf,
  type Instant,
  type LocalDate,
} from '../time';
import type { ForWhom } from './container';

export interface Booking {
  readonly id: Id<'booking'>;
  readonly cart: Id<'cart'>;
  /** The places; absent: the whole cart. */
  readonly bays?: readonly number[] | undefined;
  /** Its day, or its first one. */
  readonly date: LocalDate;
  /** Minutes since local midnight; `from` < `to` ≤ 1440. */
  readonly from: number;
  readonly to: number;
  /** Every week on that weekday, this last day included. */
  readonly weeklyUntil?: LocalDate | undefined;
  readonly for: ForWhom;
  readonly by: Id<'staff'>;
  readonly at: Instant;
  readonly note?: string | undefined;
}

/** Cancelled, or one day of it. Counts when `person` is who booked: a head writes in their name (author-rules.ts). */
export interface BookingEnded {
  readonly booking: Id<'booking'>;
  readonly day?: LocalDate | undefined;
  readonly person: Id<'staff'>;
}

/** One time that a cart is booked. Milliseconds since the epoch. */
export interface Occurrence {
  readonly booking: Booking;
  readonly date: LocalDate;
  readonly from: number;
  readonly until: number;
}

const WEEK_MS = 7 * 86_400_000;
const dayMs = (date: LocalDate): number => Date.parse(`${date}T00:00:00Z`);
const dayOf = (ms: number): LocalDate => new Date(ms).toISOString().slice(0, 10);
/** The 31st of February is none. */
const isDay = (date: LocalDate): boolean => !Number.isNaN(dayMs(date)) && dayOf(dayMs(date)) === date;

/** The days a booking is of, whatever was cancelled, between two days included. */
function daysOf({ date, weeklyUntil = date }: Booking, first: LocalDate, last: LocalDate): LocalDate[] {
  const start = dayMs(date);
  const skipped = Math.max(0, Math.ceil((dayMs(first) - start) / WEEK_MS));
  const end = Math.min(dayMs(last), dayMs(weeklyUntil));
  const days: LocalDate[] = [];
  for (let at = start + skipped * WEEK_MS; at <= end; at += WEEK_MS) days.push(dayOf(at));
  return days;
}

/** A day of a booking, before its hours are instants: those cost more than all the rest. */
interface Slot {
  readonly booking: Booking;
  readonly date: LocalDate;
}
const bySlot = (a: Slot, b: Slot): number =>
  compare(a.date, b.date) ||
  a.booking.from - b.booking.from ||
  a.booking.to - b.booking.to ||
  compare(a.booking.id, b.booking.id);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function slotsOf(
  bookings: readonly Booking[],
  ended: readonly BookingEnded[],
  [first, last]: readonly [LocalDate, LocalDate],
): Slot[] {
  const ends = new Map<string, BookingEnded[]>();
  for (const end of ended) ends.set(end.booking, [...(ends.get(end.booking) ?? []), end]);
  return bookings
    .flatMap((booking) => {
      const own = (ends.get(booking.id) ?? []).filter(({ person }) => person === booking.by);
      return daysOf(booking, first, last)
        .filter((date) => own.every(({ day }) => day !== undefined && day !== date))
        .map((date) => ({ booking, date }));
    })
    .sort(bySlot);
}
const timed = ({ booking, date }: Slot, zone: string): Occurrence => ({
  booking,
  date,
  from: instantAt(date, booking.from, zone),
  until: instantAt(date, booking.to, zone),
});

/** What somebody reserved and nobody has given back, between two days included, in order of time. */
export function occurrences(
  bookings: readonly Booking[],
  ended: readonly BookingEnded[],
  span: readonly [LocalDate, LocalDate],
  zone: string,
): Occurrence[] {
  return slotsOf(bookings, ended, span).map((slot) => timed(slot, zone));
}

const sharesPlaces = (a: readonly number[] | undefined, b: readonly number[] | undefined): boolean =>
  a === undefined || b === undefined || a.some((bay) => b.includes(bay));

/** True when both would need the same place at the same time. One that ends as the other begins is none. */
const overlap = (a: Slot, b: Slot): boolean =>
  a.booking.id !== b.booking.id &&
  a.booking.cart === b.booking.cart &&
  a.date === b.date &&
  a.booking.from < b.booking.to &&
  b.booking.from < a.booking.to &&
  sharesPlaces(a.booking.bays, b.booking.bays);

/** For each occurrence, those it cannot go with. */
export function clashesOf(one: Occurrence, all: readonly Occurrence[]): Occurrence[] {
  return all.filter((other) => overlap(one, other));
}

/** What stands in the way of a new booking, over all its days. */
export function inTheWay(
  wanted: Booking,
  bookings: readonly Booking[],
  ended: readonly BookingEnded[],
  zone: string,
): Occurrence[] {
  const span = [wanted.date, wanted.weeklyUntil ?? wanted.date] as const;
  const own = new Map(slotsOf([wanted], [], span).map((slot) => [slot.date, slot]));
  return slotsOf(
    bookings.filter(({ cart, id }) => cart === wanted.cart && id !== wanted.id),
    ended,
    span,
  )
    .filter((other) => {
      const mine = own.get(other.date);
      return mine !== undefined && overlap(mine, other);
    })
    .map((slot) => timed(slot, zone));
}

/** How far ahead the next booking is looked for: the summer. Days. */
const AHEAD_DAYS = 70;

/** The first one of a cart that begins after that instant: « la sonnerie ». @param now milliseconds since the epoch */
export function nextBooking(
  cart: Id<'cart'>,
  bookings: readonly Booking[],
  ended: readonly BookingEnded[],
  now: number,
  zone: string,
): Occurrence | undefined {
  const today = localDate(now, zone);
  const own = bookings.filter((one) => one.cart === cart);
  for (const slot of slotsOf(own, ended, [today, addDays(today, AHEAD_DAYS)])) {
    const found = timed(slot, zone);
    if (found.from > now) return found;
  }
  return undefined;
}

/** « Libre maintenant »: the places nobody booked for this instant, and until when. */
export interface Freeness {
  readonly now: readonly Occurrence[];
  /** Empty where everything is booked. */
  readonly free: readonly number[];
  readonly next: Occurrence | undefined;
}
export function freeness(
  cart: { readonly cart: Id<'cart'>; readonly bays: number },
  bookings: readonly Booking[],
  ended: readonly BookingEnded[],
  now: number,
  zone: string,
): Freeness {
  const today = localDate(now, zone);
  const own = bookings.filter((one) => one.cart === cart.cart);
  const going = occurrences(own, ended, [today, today], zone).filter(
    ({ from, until }) => from <= now && now < until,
  );
  const places = Array.from({ length: cart.bays }, (_, at) => at + 1);
  return {
    now: going,
    free: places.filter((bay) => going.every(({ booking }) => !sharesPlaces(booking.bays, [bay]))),
    next: nextBooking(cart.cart, bookings, ended, now, zone),
  };
}

/**
 * When a school teaches, as a rule of thumb: the usual half-days of the 24 hours of a week (Code de l’éducation D521-10). Minutes since midnight. An
 * after-school leader books outside of them.
 */
export const SCHOOL_HOURS = {
  morning: [8 * 60 + 30, 11 * 60 + 30],
  afternoon: [13 * 60 + 30, 15 * 60 + 45],
} as const;

export function isInSchoolHours(date: LocalDate, from: number, to: number): boolean {
  const day = weekdayOf(date);
  if (day > 5) return false;
  const halves = day === 3 ? [SCHOOL_HOURS.morning] : [SCHOOL_HOURS.morning, SCHOOL_HOURS.afternoon];
  return halves.some(([begins, ends]) => from < ends && begins < to);
}

export type BookingRefused =
  | 'hours' // ends before it begins
  | 'past' // its last day, or its hour, is over
  | 'year' // goes on into another school year
  | 'far' // begins more than a year ahead
  | 'weekday' // a day that is none, or a last one before the first
  | 'bays' // none, or a place that the cart does not have
  | 'schoolHours'; // an after-school leader, while the school teaches

/** Why that cannot be booked, other than that it is taken. @param now milliseconds since the epoch */
export function refusedBooking(
  wanted: Pick<Booking, 'bays' | 'date' | 'from' | 'to' | 'weeklyUntil'>,
  { bays, outsideOnly }: { readonly bays: number; readonly outsideOnly: boolean },
  now: number,
  zone: string,
): BookingRefused | undefined {
  const { date, from, to, weeklyUntil = date } = wanted;
  if (!(from < to)) return 'hours';
  if (!isDay(date) || !isDay(weeklyUntil)) return 'weekday';
  if (weeklyUntil < date) return 'weekday';
  if (instantAt(weeklyUntil, to, zone) <= now) return 'past';
  if (schoolYearOf(date) !== schoolYearOf(weeklyUntil)) return 'year';
  if (date > addDays(localDate(now, zone), 366)) return 'far';
  if (wanted.bays && (wanted.bays.length === 0 || wanted.bays.some((bay) => bay > bays))) return 'bays';
  return outsideOnly && isInSchoolHours(date, from, to) ? 'schoolHours' : undefined;
}
