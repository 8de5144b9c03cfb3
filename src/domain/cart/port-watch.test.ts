import { describe, expect, it } from 'vitest';
import { habitOf } from './history';
import { chargeOf, hearLevel, hearRow, portToPlan } from './port-watch';
import type { ChargeValue } from './evidence';
import type { PortWatch } from './port-watch';

const AT = Date.parse('2026-11-23T16:15:00.000Z');
const MINUTE = 60_000;
const day = (back: number): string => new Date(AT - back * 24 * 60 * MINUTE).toISOString();
/** Twenty watt-hours from empty to full, at ten watts. */
const HABIT = habitOf(
  {
    charges: [4, 3, 2, 1].map((back) => ({
      at: day(back),
      from: 50,
      to: 100,
      wh: 10,
      minutes: 80,
      full: true,
      plateauW: 10,
    })),
    uses: [],
    // A short end: a watt-hour and a half.
    fall: {
      minutes: [15, 13, 11, 9, 7, 5, 4, 3, 2, 1],
      wh: [1.5, 1.2, 1, 0.8, 0.6, 0.4, 0.3, 0.2, 0.1, 0],
    },
  },
  [],
);
const PLACE = { bay: 1, habit: HABIT };

const row = (minute: number, more: ChargeValue = {}): ChargeValue => ({
  power: 'charging',
  currentMa: 2_000,
  voltageMv: 5_000,
  energyWh: minute / 6,
  chargingSeconds: minute * 60,
  ...more,
});
const hear = (watch: PortWatch, minute: number, value: ChargeValue): PortWatch =>
  hearRow(watch, { value, source: 'hub' }, AT + minute * MINUTE, HABIT).watch;
const charged = (minutes: number, before: PortWatch = {}): PortWatch => {
  let watch = before;
  for (let minute = 1; minute <= minutes; minute += 1) watch = hear(watch, minute, row(minute));
  return watch;
};
const needed = (watch: PortWatch, minute: number): number =>
  portToPlan(PLACE, watch, { value: row(minute), source: 'hub' }, AT + minute * MINUTE).remainingWh;

describe('what is known of a port', () => {
  it('is the level said before its charge, less what went in since', () => {
    const watch = charged(30, hearLevel({}, 50, AT));
    expect(chargeOf(watch)).toMatchObject({ from: 50 });
    expect(needed(watch, 30)).toBeCloseTo(5, 0);
  });

  it('is a level said in the middle of a charge, from there on: a tablet that wakes knows better than its habit', () => {
    const before = charged(12);
    expect(needed(before, 12)).toBeGreaterThan(6);
    const told = hearLevel(before, 90, AT + 12 * MINUTE);
    expect(chargeOf(told)).toMatchObject({ from: 90, wh: 0 });
    expect(needed(told, 12)).toBeLessThan(4);
    const later = hear(told, 13, row(13));
    expect(chargeOf(later)?.wh).toBeCloseTo(1 / 6, 3);
  });

  it('is of this charge only: what was said before the last one ended is forgotten', () => {
    const full = hear(hearLevel(charged(30), 90, AT + 30 * MINUTE), 31, row(31, { power: 'full' }));
    expect(full.level).toBeUndefined();
    expect(full.fullSince).toBe(AT + 31 * MINUTE);
    expect(needed(full, 32)).toBe(0);
  });

  it('is since when it has been off, until it has power again', () => {
    const off = { power: 'off', portOff: true } as const;
    const first = hear(charged(10), 11, off);
    expect(hear(first, 40, off).offSince).toBe(AT + 11 * MINUTE);
    const plan = portToPlan(PLACE, first, { value: off, source: 'hub' }, AT + 41 * MINUTE);
    expect(plan).toMatchObject({ on: false, offMinutes: 30 });
    expect(hear(first, 41, row(11)).offSince).toBeUndefined();
  });

  it('is counted here where the box counts nothing (a power strip)', () => {
    const strip = { power: 'charging', currentMa: 100 } as const;
    let watch: PortWatch = {};
    for (let minute = 0; minute <= 60; minute += 1)
      watch = hearRow(watch, { value: strip, source: 'strip' }, AT + minute * MINUTE, HABIT).watch;
    // 230 V × 0.1 A for an hour.
    expect(watch.track?.wh).toBeCloseTo(23, 1);
    expect(watch.track?.minutes).toBeCloseTo(60, 1);
  });
});
