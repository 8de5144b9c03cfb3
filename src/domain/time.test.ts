import { describe, expect, it } from 'vitest';
import { addDays, mondayOf, nextWeekday, weekdayOf } from './time';

describe('days of the calendar', () => {
  it('follow one another over the end of a month, of a year, and whatever the summer time', () => {
    expect([addDays('2026-12-31', 1), addDays('2027-03-27', 1), addDays('2027-03-28', 1)]).toEqual([
      '2027-01-01',
      '2027-03-28',
      '2027-03-29',
    ]);
    expect(addDays('2028-03-01', -1)).toBe('2028-02-29');
  });
  it('make weeks that begin on Monday', () => {
    expect([weekdayOf('2026-11-23'), weekdayOf('2026-11-29')]).toEqual([1, 7]);
    expect([mondayOf('2026-11-29'), mondayOf('2026-11-23')]).toEqual(['2026-11-23', '2026-11-23']);
  });
  it('are taught on from Monday to Friday', () => {
    expect(['2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22'].map(nextWeekday)).toEqual([
      '2026-11-20',
      '2026-11-23',
      '2026-11-23',
      '2026-11-23',
    ]);
  });
});
