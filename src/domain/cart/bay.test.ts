import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bayState, powersAgree } from './bay';
import { BAY_POWERS, CHARGE_SOURCES, STALE_AFTER_SECONDS } from './evidence';
import type { ChargeReading, ChargeSource, ChargeValue } from './evidence';

const NOW = Date.parse('2026-11-20T08:00:00.000Z');
const read = (source: ChargeSource, value: ChargeValue, secondsAgo = 0): ChargeReading => ({
  source,
  value,
  at: new Date(NOW - secondsAgo * 1000).toISOString(),
});

describe('the state of a bay', () => {
  it('says where a value comes from and how old it is', () => {
    const state = bayState(7, [read('hub', { power: 'charging', currentMa: 1044, energyWh: 0.01 }, 2)], NOW);
    expect(state.power).toMatchObject({ value: 'charging', source: 'hub', ageSeconds: 2, stale: false });
    expect(state.currentMa).toMatchObject({ value: 1044, source: 'hub' });
    expect(state.percent).toBeNull();
    expect(state.stale).toBe(false);
  });

  it('shows a hub that fell silent as stale, and keeps its last word', () => {
    const state = bayState(7, [read('hub', { power: 'full' }, 11)], NOW);
    expect(state.power).toMatchObject({ value: 'full', stale: true, ageSeconds: 11 });
    expect(state.stale).toBe(true);
  });

  it('prefers a fresh word of a person to the stale word of a hub', () => {
    const state = bayState(
      7,
      [read('hub', { power: 'charging' }, 3600), read('person', { power: 'empty' }, 600)],
      NOW,
    );
    expect(state.power).toMatchObject({ value: 'empty', source: 'person' });
    expect(state.conflicts).toEqual([]);
  });

  it('shows both of two fresh sources that disagree', () => {
    const state = bayState(
      7,
      [read('hub', { power: 'charging' }, 1), read('person', { power: 'empty' }, 60)],
      NOW,
    );
    expect(state.conflicts).toHaveLength(1);
    expect(state.conflicts[0]?.values.map((one) => one.source).sort()).toEqual(['hub', 'person']);
  });

  it('shows a finished port and a low battery as a disagreement', () => {
    const state = bayState(7, [read('hub', { power: 'full' }, 1), read('device', { percent: 42 }, 20)], NOW);
    expect(state.conflicts[0]).toMatchObject({ about: 'percent' });
    expect(state.percent?.value).toBe(42);
  });

  it('does not cry wolf over a few points', () => {
    const state = bayState(7, [read('adb', { percent: 61 }, 1), read('device', { percent: 66 }, 100)], NOW);
    expect(state.conflicts).toEqual([]);
    expect(state.percent).toMatchObject({ value: 61, source: 'adb' });
  });

  it('counts a reading from after now, or without a readable date, as stale', () => {
    expect(bayState(1, [read('hub', { power: 'full' }, -3600)], NOW).power?.stale).toBe(true);
    const broken = { source: 'hub', value: { power: 'full' }, at: 'hier' } as const;
    expect(bayState(1, [broken], NOW).power?.stale).toBe(true);
  });
});

const reading = fc.record({
  source: fc.constantFrom(...CHARGE_SOURCES),
  value: fc.record(
    {
      power: fc.constantFrom(...BAY_POWERS),
      percent: fc.integer({ min: 0, max: 100 }),
      currentMa: fc.integer({ min: 0, max: 3000 }),
    },
    { requiredKeys: [] },
  ),
  at: fc
    .integer({ min: -600, max: 200_000 })
    .map((secondsAgo) => new Date(NOW - secondsAgo * 1000).toISOString()),
});
const readings = fc.uniqueArray(reading, { maxLength: 12, selector: (one) => `${one.source}|${one.at}` });

describe('properties of a bay', () => {
  it('does not depend on the order in which evidence arrived', () => {
    fc.assert(
      fc.property(readings, (all) => {
        const one = bayState(1, all, NOW);
        const two = bayState(1, [...all].reverse(), NOW);
        const parts = (state: typeof one) => ({ ...state, conflicts: state.conflicts.map((it) => it.about) });
        expect(parts(two)).toEqual(parts(one));
      }),
    );
  });

  it('never shows a stale value while a fresh one is known', () => {
    fc.assert(
      fc.property(readings, (all) => {
        const state = bayState(1, all, NOW);
        const fresh = all.some((one) => {
          const age = (NOW - Date.parse(one.at)) / 1000;
          // Only the youngest word of a source counts, and a word from the future silences it.
          const newer = all.some((other) => other.source === one.source && other.at > one.at);
          return !newer && one.value.power && age >= -60 && age <= STALE_AFTER_SECONDS[one.source];
        });
        if (fresh) expect(state.power?.stale).toBe(false);
      }),
    );
  });

  it('names at least two sources in each conflict, all fresh', () => {
    fc.assert(
      fc.property(readings, (all) => {
        for (const conflict of bayState(1, all, NOW).conflicts) {
          expect(new Set(conflict.values.map((one) => one.source)).size).toBeGreaterThan(0);
          expect(conflict.values.length).toBeGreaterThan(1);
          expect(conflict.values.every((one) => !one.stale)).toBe(true);
        }
      }),
    );
  });

  it('agreement is symmetric', () => {
    for (const a of BAY_POWERS) for (const b of BAY_POWERS) expect(powersAgree(a, b)).toBe(powersAgree(b, a));
  });
});
