import { describe, expect, it } from 'vitest';
import { dayFrom, follows, proposed } from './moments';

describe('when a replacement is proposed for', () => {
  it('is now until this evening, while there is school', () => {
    expect(proposed(new Date(2026, 10, 23, 8, 15))).toEqual({
      from: { date: '2026-11-23', time: '08:15' },
      until: { date: '2026-11-23', time: '16:30' },
    });
  });
  it('is tomorrow in the evening, over the end of a month and of a year', () => {
    expect(proposed(new Date(2026, 11, 31, 18, 0))).toEqual({
      from: { date: '2027-01-01', time: '08:00' },
      until: { date: '2027-01-01', time: '16:30' },
    });
  });
  it('is Monday from Friday evening to Sunday night', () => {
    for (const now of [
      new Date(2026, 10, 20, 17, 0),
      new Date(2026, 10, 21, 10, 0),
      new Date(2026, 10, 22, 20, 0),
    ])
      expect(proposed(now)).toEqual({
        from: { date: '2026-11-23', time: '08:00' },
        until: { date: '2026-11-23', time: '16:30' },
      });
  });
  it('counts days of the calendar, whatever the summer time', () => {
    expect(dayFrom(new Date(2027, 2, 27, 23, 30), 1)).toBe('2027-03-28');
    expect(dayFrom(new Date(2027, 2, 28, 23, 30), 1)).toBe('2027-03-29');
  });
  it('ends after it begins', () => {
    const { from, until } = proposed(new Date(2026, 10, 23, 8, 15));
    expect(follows(from, until)).toBe(true);
    expect(follows(until, from)).toBe(false);
    expect(follows(from, from)).toBe(false);
  });
});
