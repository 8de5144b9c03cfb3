import { describe, expect, it } from 'vitest';
import { schoolClock } from './school-clock';

/** Half past eleven in the evening in Paris: no zone has the day of each of these schools. */
const NOW = Date.parse('2026-11-22T22:30:00Z');

describe('the school’s clock', () => {
  it.each([
    ['Europe/Paris', '2026-11-22', '23:30'],
    ['Indian/Reunion', '2026-11-23', '02:30'],
    ['America/Martinique', '2026-11-22', '18:30'],
  ])('says the day and the hour of %s, whatever the computer’s zone', (zone, today, time) => {
    const clock = schoolClock(
      () => zone,
      () => NOW,
    );
    expect([clock.today(), clock.time()]).toEqual([today, time]);
  });

  it('reads a day and a time that were typed', () => {
    const clock = schoolClock(() => 'Indian/Reunion');
    expect(clock.instantOf('2026-11-23', '08:15')).toBe('2026-11-23T04:15:00.000Z');
    expect(() => clock.instantOf('', '08:15')).toThrow(RangeError);
  });
});
