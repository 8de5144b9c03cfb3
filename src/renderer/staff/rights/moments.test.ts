import { describe, expect, it } from 'vitest';
import { follows, proposed } from './moments';

const at = (date: string, time: string) => proposed({ today: () => date, time: () => time });

describe('when a replacement is proposed for', () => {
  it('is now until this evening, while there is school', () => {
    expect(at('2026-11-23', '08:15')).toEqual({
      from: { date: '2026-11-23', time: '08:15' },
      until: { date: '2026-11-23', time: '16:30' },
    });
  });
  it('is tomorrow in the evening, over the end of a month and of a year', () => {
    expect(at('2026-12-31', '18:00')).toEqual({
      from: { date: '2027-01-01', time: '08:00' },
      until: { date: '2027-01-01', time: '16:30' },
    });
  });
  it('is Monday from Friday evening to Sunday night', () => {
    for (const [date, time] of [
      ['2026-11-20', '17:00'],
      ['2026-11-21', '10:00'],
      ['2026-11-22', '20:00'],
    ] as const)
      expect(at(date, time)).toEqual({
        from: { date: '2026-11-23', time: '08:00' },
        until: { date: '2026-11-23', time: '16:30' },
      });
  });
  it('ends after it begins', () => {
    const { from, until } = at('2026-11-23', '08:15');
    expect(follows(from, until)).toBe(true);
    expect(follows(until, from)).toBe(false);
    expect(follows(from, from)).toBe(false);
  });
});
