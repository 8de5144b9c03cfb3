import { describe, expect, it } from 'vitest';
import { nextBell } from './bell';

const ZONE = 'Europe/Paris';
/** Local times of November 2026: the clock is one hour ahead of UTC. */
const local = (day: number, hour: number, minute = 0): number => Date.UTC(2026, 10, day, hour - 1, minute);
const bell = (now: number, booked?: number) => nextBell(now, ZONE, booked);

describe('the next bell', () => {
  it('is the next half-day of school; Wednesday afternoon and the week-end are none', () => {
    expect(bell(local(19, 16, 25))).toEqual({ at: local(20, 8, 30), why: 'school' });
    expect(bell(local(18, 12, 0))).toEqual({ at: local(19, 8, 30), why: 'school' });
    expect(bell(local(20, 18, 0))).toEqual({ at: local(23, 8, 30), why: 'school' });
    expect(bell(local(19, 12, 0))).toEqual({ at: local(19, 13, 30), why: 'school' });
  });

  it('is this minute while school is on, and not any more when it is nearly over', () => {
    expect(bell(local(19, 9, 40))).toEqual({ at: local(19, 9, 40), why: 'now' });
    expect(bell(local(19, 15, 40))).toEqual({ at: local(20, 8, 30), why: 'school' });
  });

  it('is a booking that comes before it', () => {
    expect(bell(local(21, 9, 0), local(21, 14, 0))).toEqual({ at: local(21, 14, 0), why: 'booking' });
    expect(bell(local(19, 16, 25), local(23, 10, 0))).toEqual({ at: local(20, 8, 30), why: 'school' });
    expect(bell(local(19, 9, 40), local(19, 9, 50))).toEqual({ at: local(19, 9, 50), why: 'booking' });
    expect(bell(local(19, 9, 40), local(19, 8, 0)).why).toBe('now');
  });

  it('follows the school’s zone and the change of clocks', () => {
    expect(nextBell(Date.UTC(2026, 2, 27, 17), ZONE)).toEqual({
      at: Date.UTC(2026, 2, 30, 6, 30),
      why: 'school',
    });
    expect(nextBell(Date.UTC(2026, 10, 19, 15), 'Indian/Reunion')).toEqual({
      at: Date.UTC(2026, 10, 20, 4, 30),
      why: 'school',
    });
  });
});
