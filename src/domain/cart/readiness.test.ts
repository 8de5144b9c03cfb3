import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bayState } from './bay';
import { CHARGE_HOURS, probableGroups, restOf, standingFacts } from './put-away';
import { readinessOf, summarise } from './readiness';
import type { ChargeReading } from './evidence';
import type { CartFact } from './put-away';

const NOW = Date.parse('2026-11-20T08:00:00.000Z');
const at = (hoursAgo: number): string => new Date(NOW - hoursAgo * 3_600_000).toISOString();
const devices = Array.from({ length: 15 }, (_, i) => `dev-${String(i + 1)}`);

/** Yesterday at 16:25: 13 plugged, one left unplugged, number 7 never came back. */
const yesterday: CartFact = {
  id: 'put-1',
  kind: 'putAway',
  at: '2026-11-19T15:25:00.000Z',
  replaces: [],
  entries: devices.map((device, i) => ({
    device,
    bay: i + 1,
    state: i === 6 ? 'missing' : i === 2 ? 'unplugged' : 'plugged',
  })),
};

const assess = (facts: readonly CartFact[], readings: Readonly<Record<string, ChargeReading[]>> = {}) => {
  const rest = restOf(facts);
  return devices.map((device, i) =>
    readinessOf(bayState(i + 1, readings[device] ?? [], NOW), rest.get(device), NOW),
  );
};

describe('a cart that says nothing', () => {
  it('promises what was put away and plugged, and says since when', () => {
    expect(summarise(assess([yesterday]))).toEqual({
      total: 15,
      ready: 0,
      probable: 13,
      low: 0,
      missing: 1,
      unknown: 1,
    });
    expect(probableGroups([yesterday], new Set(), NOW)).toMatchObject([
      { count: 13, since: yesterday.at, basis: 'putAwayPlugged' },
    ]);
  });

  it('replaces the guess by real values as devices wake', () => {
    const awake = {
      'dev-1': [{ source: 'device', value: { percent: 96 }, at: at(0) }],
      'dev-2': [{ source: 'device', value: { percent: 12 }, at: at(0) }],
    } satisfies Record<string, ChargeReading[]>;
    expect(summarise(assess([yesterday], awake))).toMatchObject({ ready: 1, low: 1, probable: 11 });
    expect(probableGroups([yesterday], new Set(['dev-1', 'dev-2']), NOW)[0]?.count).toBe(11);
  });

  it('promises nothing of tablets plugged a moment ago, or before the summer', () => {
    const moment = { ...yesterday, at: at(1) };
    const summer = { ...yesterday, at: at(24 * 60) };
    expect(summarise(assess([moment])).probable).toBe(0);
    expect(summarise(assess([summer])).probable).toBe(0);
  });

  it('promises nothing once the tablets were taken out', () => {
    const out: CartFact = { ...yesterday, id: 'out', kind: 'takenOut', at: at(0.1), replaces: ['put-1'] };
    expect(summarise(assess([yesterday, out])).probable).toBe(0);
  });

  it('forgets a fact that was undone, and hears again what it had replaced', () => {
    const out: CartFact = { ...yesterday, id: 'out', kind: 'takenOut', at: at(0.1), replaces: ['put-1'] };
    const undone: CartFact = {
      id: 'undo',
      kind: 'undone',
      at: at(0),
      entries: [],
      replaces: [],
      voids: 'out',
    };
    expect(summarise(assess([yesterday, out, undone])).probable).toBe(13);
  });

  it('believes the least promising of two facts written apart', () => {
    const apart: CartFact = {
      ...yesterday,
      id: 'put-2',
      entries: [{ device: 'dev-1', state: 'unplugged' }],
    };
    expect(restOf([yesterday, apart]).get('dev-1')?.state).toBe('unplugged');
    expect(restOf([apart, yesterday]).get('dev-1')?.state).toBe('unplugged');
  });
});

describe('readiness with evidence', () => {
  const one = (readings: ChargeReading[], facts: CartFact[] = []) =>
    readinessOf(bayState(1, readings, NOW), restOf(facts).get('dev-1'), NOW);

  it('takes the lower of two levels that disagree', () => {
    const readings: ChargeReading[] = [
      { source: 'adb', value: { percent: 80 }, at: at(0) },
      { source: 'device', value: { percent: 15 }, at: at(0) },
    ];
    expect(one(readings)).toEqual({ readiness: 'low', because: 'percent' });
  });

  it('does not call a tablet missing because its port is switched off', () => {
    expect(one([{ source: 'hub', value: { power: 'empty', portOff: true }, at: at(0) }])).toEqual({
      readiness: 'unknown',
      because: 'nothingKnown',
    });
    expect(one([{ source: 'hub', value: { power: 'empty' }, at: at(0) }])).toEqual({
      readiness: 'missing',
      because: 'bayEmpty',
    });
  });

  it('says probably after the hub went silent, and no longer the next day', () => {
    const full = (hours: number): ChargeReading => ({
      source: 'hub',
      value: { power: 'full' },
      at: at(hours),
    });
    expect(one([full(1)])).toEqual({ readiness: 'probable', because: 'staleReading' });
    expect(one([full(20)])).toEqual({ readiness: 'unknown', because: 'nothingKnown' });
  });

  it('a port fault is never ready', () => {
    expect(one([{ source: 'hub', value: { power: 'fault' }, at: at(0) }], [yesterday])).toEqual({
      readiness: 'unknown',
      because: 'fault',
    });
  });
});

describe('properties of put-away facts', () => {
  const fact = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    kind: fc.constantFrom('putAway' as const, 'takenOut' as const),
    at: fc.integer({ min: 0, max: 500 }).map(at),
    entries: fc.array(
      fc.record({
        device: fc.constantFrom('dev-1', 'dev-2', 'dev-3'),
        state: fc.constantFrom('plugged' as const, 'unplugged' as const, 'missing' as const),
      }),
      { maxLength: 4 },
    ),
    replaces: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 2 }),
  });
  const facts = fc.uniqueArray(fact, { selector: (one) => one.id, maxLength: 5 });

  it('converge whatever the order they arrive in', () => {
    fc.assert(
      fc.property(facts, (all) => {
        const sort = (map: ReturnType<typeof restOf>) =>
          [...map.values()].sort((a, b) => (a.device < b.device ? -1 : 1));
        expect(sort(restOf([...all].reverse()))).toEqual(sort(restOf(all)));
      }),
    );
  });

  it('a replaced fact no longer counts, a fact naming itself does', () => {
    fc.assert(
      fc.property(facts, (all) => {
        const standing = standingFacts(all).map((one) => one.id);
        for (const one of all)
          for (const id of one.replaces) if (id !== one.id) expect(standing).not.toContain(id);
      }),
    );
    expect(standingFacts([{ ...yesterday, replaces: ['put-1'] }])).toHaveLength(1);
  });

  it('never promise a device put away less than the charge time ago; the summary always adds up', () => {
    fc.assert(
      fc.property(facts, (all) => {
        for (const group of probableGroups(all, new Set(), NOW)) {
          expect((NOW - Date.parse(group.since)) / 3_600_000).toBeGreaterThanOrEqual(CHARGE_HOURS);
          expect(group.count).toBe(group.devices.length);
        }
        const summary = summarise(assess(all));
        expect(summary.ready + summary.probable + summary.low + summary.missing + summary.unknown).toBe(15);
      }),
    );
  });
});
