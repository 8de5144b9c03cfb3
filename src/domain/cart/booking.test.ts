import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Id } from '../id';
import { addDays, instantAt, localMinutes } from '../time';
import {
  clashesOf,
  freeness,
  inTheWay,
  isInSchoolHours,
  nextBooking,
  occurrences,
  refusedBooking,
  type Booking,
  type BookingEnded,
} from './booking';

const ZONE = 'Europe/Paris';
const CART: Id<'cart'> = 'cart_aaaaaaaaaaaaa';
const CLAIRE: Id<'staff'> = 'staff_aaaaaaaaaaaaa';
const MARC: Id<'staff'> = 'staff_bbbbbbbbbbbbb';
/** Monday 23 November 2026, 9 h in Paris. */
const NOW = instantAt('2026-11-23', 9 * 60, ZONE);

let count = 0;
const booking = (change: Partial<Booking> = {}): Booking => {
  count += 1;
  return {
    id: `booking_${'a'.repeat(13 - String(count).length)}${String(count).replace(/\d/g, (n) => 'bcdefghijk'.charAt(Number(n)))}`,
    cart: CART,
    date: '2026-11-23',
    from: 10 * 60,
    to: 11 * 60,
    for: { kind: 'class', class: 'class_aaaaaaaaaaaaa' },
    by: CLAIRE,
    at: '2026-11-20T08:00:00.000Z',
    ...change,
  };
};
const week = ['2026-11-23', '2026-11-29'] as const;

describe('a booking', () => {
  it('is one time, on its day, in the school’s hours', () => {
    const one = booking();
    expect(occurrences([one], [], week, ZONE)).toEqual([
      { booking: one, date: '2026-11-23', from: instantAt('2026-11-23', 600, ZONE), until: instantAt('2026-11-23', 660, ZONE) },
    ]); // prettier-ignore
  });

  it('comes every week at the same hour of the wall, across the change of clocks', () => {
    const weekly = booking({ date: '2027-03-23', weeklyUntil: '2027-04-06' });
    const found = occurrences([weekly], [], ['2027-01-01', '2027-12-31'], ZONE);
    expect(found.map(({ date }) => date)).toEqual(['2027-03-23', '2027-03-30', '2027-04-06']);
    expect(found.map(({ from }) => localMinutes(from, ZONE))).toEqual([600, 600, 600]);
  });

  it('is ended by who booked, whole or for a day; by nobody else’s word', () => {
    const weekly = booking({ weeklyUntil: '2026-12-14' });
    const all = ['2026-11-23', '2026-12-31'] as const;
    const days = (ended: BookingEnded[]) => occurrences([weekly], ended, all, ZONE).map(({ date }) => date);
    expect(days([{ booking: weekly.id, person: CLAIRE, day: '2026-11-30' }])).toEqual(['2026-11-23', '2026-12-07', '2026-12-14']); // prettier-ignore
    expect(days([{ booking: weekly.id, person: MARC }])).toHaveLength(4);
    expect(days([{ booking: weekly.id, person: CLAIRE }])).toEqual([]);
  });

  it('is refused where the place is taken, and a half goes beside the other half', () => {
    const first = booking({ bays: [1, 2, 3, 4] });
    expect(inTheWay(booking(), [first], [], ZONE)).toHaveLength(1);
    expect(inTheWay(booking({ bays: [5, 6, 7] }), [first], [], ZONE)).toEqual([]);
    expect(inTheWay(booking({ from: 11 * 60, to: 12 * 60 }), [first], [], ZONE)).toEqual([]);
    expect(inTheWay(booking({ cart: 'cart_bbbbbbbbbbbbb' }), [first], [], ZONE)).toEqual([]);
    const weekly = booking({ date: '2026-11-16', weeklyUntil: '2026-12-14' });
    expect(inTheWay(weekly, [first], [], ZONE).map(({ date }) => date)).toEqual(['2026-11-23']);
  });

  it('written apart from another is kept beside it, and each names the other', () => {
    const [one, other] = [booking(), booking({ by: MARC, from: 10 * 60 + 30, to: 12 * 60 })];
    const all = occurrences([one, other], [], week, ZONE);
    expect(all.map((each) => clashesOf(each, all).map(({ booking: { id } }) => id))).toEqual([
      [other.id],
      [one.id],
    ]);
  });

  it('that comes next is the bell; the one going on is not', () => {
    const going = booking({ from: 8 * 60, to: 10 * 60 });
    const next = booking({ from: 13 * 60, to: 14 * 60 });
    const other = booking({ cart: 'cart_bbbbbbbbbbbbb', from: 9 * 60 + 30, to: 10 * 60 });
    expect(nextBooking(CART, [next, going, other], [], NOW, ZONE)?.booking).toBe(next);
    expect(nextBooking(CART, [going], [], NOW, ZONE)).toBeUndefined();
  });

  it('leaves free what it does not take', () => {
    const half = booking({ from: 8 * 60, to: 10 * 60, bays: [1, 2] });
    const { now, free, next } = freeness({ cart: CART, bays: 4 }, [half], [], NOW, ZONE);
    expect([now.length, free, next]).toEqual([1, [3, 4], undefined]);
  });

  it('is refused for what it says', () => {
    const why = (change: Partial<Booking>, outsideOnly = false) =>
      refusedBooking(booking(change), { bays: 15, outsideOnly }, NOW, ZONE);
    expect(why({})).toBeUndefined();
    expect(why({ from: 660, to: 600 })).toBe('hours');
    expect(why({ from: 8 * 60, to: 9 * 60 })).toBe('past');
    expect(why({ weeklyUntil: '2026-11-20' })).toBe('weekday');
    expect(why({ weeklyUntil: '2027-09-06' })).toBe('year');
    expect(why({ date: '2028-11-27' })).toBe('far');
    expect(why({ date: '2026-02-31' })).toBe('weekday');
    expect(why({ date: 'demain' })).toBe('weekday');
    expect(why({ bays: [16] })).toBe('bays');
    expect(why({ bays: [] })).toBe('bays');
    expect(why({}, true)).toBe('schoolHours');
    expect(why({ from: 16 * 60 + 30, to: 18 * 60 }, true)).toBeUndefined();
  });

  it('knows when a school teaches', () => {
    expect(isInSchoolHours('2026-11-23', 15 * 60, 17 * 60)).toBe(true);
    expect(isInSchoolHours('2026-11-23', 11 * 60 + 30, 13 * 60 + 30)).toBe(false);
    expect(isInSchoolHours('2026-11-25', 14 * 60, 17 * 60)).toBe(false);
    expect(isInSchoolHours('2026-11-28', 9 * 60, 11 * 60)).toBe(false);
  });
});

const arbitrary = fc
  .record({
    day: fc.integer({ min: 0, max: 20 }),
    weeks: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
    from: fc.integer({ min: 0, max: 1400 }),
    length: fc.integer({ min: 1, max: 200 }),
    bays: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1 }), { nil: undefined }),
    by: fc.constantFrom(CLAIRE, MARC),
  })
  .map(({ day, weeks, from, length, bays, by }) => {
    const date = addDays('2026-11-23', day);
    return booking({
      date,
      ...(weeks === undefined ? {} : { weeklyUntil: addDays(date, weeks * 7) }),
      from,
      to: Math.min(1440, from + length),
      bays,
      by,
    });
  });
const SPAN = ['2026-11-23', '2027-02-28'] as const;

describe('bookings of two postes', () => {
  it('are the same wherever and in whatever order they arrive', () => {
    fc.assert(
      fc.property(
        fc.array(arbitrary, { maxLength: 8 }).chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))), // prettier-ignore
        ([all, shuffled]) => {
          const view = (some: readonly Booking[]) => {
            const found = occurrences(some, [], SPAN, ZONE);
            return found.map((one) => [one.booking.id, one.date, clashesOf(one, found).map(({ booking: { id } }) => id).sort()]); // prettier-ignore
          };
          expect(view(shuffled)).toEqual(view(all));
        },
      ),
    );
  });

  it('never overlap when each was asked where the others were known', () => {
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 12 }), (asked) => {
        const kept: Booking[] = [];
        for (const one of asked) if (inTheWay(one, kept, [], ZONE).length === 0) kept.push(one);
        const all = occurrences(kept, [], SPAN, ZONE);
        expect(all.filter((one) => clashesOf(one, all).length > 0)).toEqual([]);
      }),
    );
  });

  it('that clash stop clashing when one gives way', () => {
    fc.assert(
      fc.property(fc.array(arbitrary, { minLength: 2, maxLength: 6 }), (all) => {
        let ended: BookingEnded[] = [];
        for (let turn = 0; turn < 200; turn += 1) {
          const found = occurrences(all, ended, SPAN, ZONE);
          const clash = found.find((one) => clashesOf(one, found).length > 0);
          if (!clash) return;
          ended = [...ended, { booking: clash.booking.id, person: clash.booking.by, day: clash.date }];
        }
        expect.unreachable();
      }),
    );
  });
});
