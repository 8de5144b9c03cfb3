import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bayState } from './bay';
import { panelState } from './panel';
import { absences, CHARGE_HOURS, restOf, standingFacts } from './put-away';
import { LESSON_MINUTES, readinessOf, summarise } from './readiness';
import type { ChargeReading } from './evidence';
import type { CartFact } from './put-away';

const NOW = Date.parse('2026-11-20T08:00:00.000Z');
const at = (hoursAgo: number): string => new Date(NOW - hoursAgo * 3_600_000).toISOString();
const devices = Array.from({ length: 15 }, (_, i) => `device_${String(i + 1)}` as const);

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
    readinessOf(bayState(i + 1, readings[device] ?? [], NOW), {
      rest: rest.get(device),
      now: NOW,
      bell: NOW,
    }),
  );
};
/** The clauses of the headline, as the panel makes them. */
const guessed = (
  facts: readonly CartFact[],
  readings: Readonly<Record<string, ChargeReading[]>> = {},
  bell = NOW,
) =>
  panelState(
    {
      bays: 15,
      devices: devices.map((device, i) => ({ device, number: i + 1, bay: i + 1 })),
      ofBay: new Map(),
      ofDevice: new Map(Object.entries(readings)),
      facts,
      bell,
    },
    NOW,
  ).probable;

describe('a cart that says nothing', () => {
  it('promises what was put away and plugged, and says since when', () => {
    expect(summarise(assess([yesterday]))).toEqual({
      total: 15,
      ready: 0,
      probable: 13,
      low: 0,
      missing: 1,
      unknown: 1,
      lent: 0,
    });
    expect(guessed([yesterday])).toMatchObject([{ count: 13, since: yesterday.at, basis: 'putAwayPlugged' }]);
  });

  it('replaces the guess by real values as devices wake', () => {
    const awake = {
      device_1: [{ source: 'device', value: { percent: 96 }, at: at(0) }],
      device_2: [{ source: 'device', value: { percent: 12 }, at: at(0) }],
    } satisfies Record<string, ChargeReading[]>;
    expect(summarise(assess([yesterday], awake))).toMatchObject({ ready: 1, low: 1, probable: 11 });
    expect(guessed([yesterday], awake)[0]?.count).toBe(11);
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
      entries: [{ device: 'device_1', state: 'unplugged' }],
    };
    expect(restOf([yesterday, apart]).get('device_1')?.state).toBe('unplugged');
    expect(restOf([apart, yesterday]).get('device_1')?.state).toBe('unplugged');
  });
});

describe('readiness with evidence', () => {
  const one = (readings: ChargeReading[], facts: CartFact[] = []) =>
    readinessOf(bayState(1, readings, NOW), {
      rest: restOf(facts).get('device_1'),
      now: NOW,
      bell: NOW,
    });

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

describe('what is foreseen of a device', () => {
  const foreseen = (value: number, basis: 'measured' | 'habit' | 'model' = 'habit') => ({
    minutesAtBell: { value, low: value * 0.8, high: value * 1.2 },
    basis,
  });
  const with_ = (
    readings: ChargeReading[],
    more: Partial<Parameters<typeof readinessOf>[1]> = {},
    facts: CartFact[] = [],
  ) =>
    readinessOf(bayState(1, readings, NOW), {
      rest: restOf(facts).get('device_1'),
      now: NOW,
      bell: NOW,
      ...more,
    });

  it('replaces the four hours of anybody by what this one needs', () => {
    const recent = { ...yesterday, at: at(2) };
    expect(with_([], {}, [recent])).toMatchObject({ readiness: 'unknown' });
    expect(with_([], { foreseen: foreseen(200) }, [recent])).toEqual({
      readiness: 'probable',
      because: 'putAway',
    });
    expect(with_([], { foreseen: foreseen(200, 'model') }, [recent])).toMatchObject({ readiness: 'unknown' });
    expect(with_([], { foreseen: foreseen(20) }, [yesterday])).toEqual({
      readiness: 'low',
      because: 'foreseen',
    });
  });

  it('promises for the bell what charges until then', () => {
    const evening = { ...yesterday, at: at(0.2) };
    expect(with_([], {}, [evening]).readiness).toBe('unknown');
    expect(with_([], { bell: NOW + 14 * 3_600_000 }, [evening])).toEqual({
      readiness: 'probable',
      because: 'putAway',
    });
    expect(guessed([evening], {}, NOW + 14 * 3_600_000)[0]?.count).toBe(13);
  });

  it('tells a worn battery from a low one, and what counts on its charger from what has enough', () => {
    const level = (percent: number, power?: 'attached'): ChargeReading[] => [
      { source: 'device', value: { percent, ...(power && { power }) }, at: at(0) },
    ];
    expect(with_(level(97), { foreseen: foreseen(25, 'measured') })).toEqual({
      readiness: 'low',
      because: 'worn',
    });
    expect(with_(level(30), { foreseen: foreseen(70, 'measured') }).readiness).toBe('ready');
    expect(with_(level(30, 'attached'), { foreseen: foreseen(70, 'measured') })).toEqual({
      readiness: 'probable',
      because: 'foreseen',
    });
    expect(with_(level(30), { foreseen: foreseen(20, 'measured') })).toEqual({
      readiness: 'low',
      because: 'percent',
    });
  });

  it('a tablet in use is not missing because its plug is empty', () => {
    const out: CartFact = { ...yesterday, id: 'out', kind: 'takenOut', at: at(0.1), replaces: ['put-1'] };
    expect(with_([{ source: 'hub', value: { power: 'empty' }, at: at(0) }], {}, [yesterday, out])).toEqual({
      readiness: 'unknown',
      because: 'out',
    });
  });

  it('a fact from before the clock was put right promises nothing', () => {
    const ahead = { ...yesterday, at: at(-48) };
    expect(with_([], { foreseen: foreseen(300), bell: NOW + 90 * 3_600_000 }, [ahead]).readiness).toBe(
      'unknown',
    );
  });
});

describe('who never came back', () => {
  const evening = (
    id: string,
    daysAgo: number,
    state: 'missing' | 'plugged',
    more: Partial<CartFact> = {},
  ): CartFact => ({
    id,
    kind: 'putAway',
    at: at(daysAgo * 24),
    entries: [{ device: 'device_7', state }],
    replaces: [],
    ...more,
  });

  it('is told from the first evening in a row, with the class that had it', () => {
    const facts = [
      evening('a', 4, 'plugged', { class: 'class_cp' }),
      evening('b', 3, 'missing', { replaces: ['a'], class: 'class_cm1' }),
      evening('c', 2, 'missing', { replaces: ['b'], class: 'class_ce2' }),
    ];
    expect([...absences(facts).values()]).toEqual([
      { device: 'device_7', since: at(72), class: 'class_cm1' },
    ]);
    expect(absences([...facts, evening('d', 1, 'plugged', { replaces: ['c'] })]).size).toBe(0);
    // « Annuler » of the evening it came back: missing again, since the same day.
    const found = evening('d', 1, 'plugged', { replaces: ['c'] });
    const undone: CartFact = { ...evening('u', 0, 'plugged'), kind: 'undone', entries: [], voids: 'd' };
    expect(absences([...facts, found, undone]).get('device_7')?.since).toBe(at(72));
  });

  it('had gone with a class when nobody said which one put the cart away', () => {
    const out = evening('o', 2, 'plugged', { kind: 'takenOut', class: 'class_cp' });
    expect(absences([out, evening('m', 1, 'missing', { replaces: ['o'] })]).get('device_7')).toEqual({
      device: 'device_7',
      since: at(24),
      class: 'class_cp',
    });
  });

  it('half a cart put away leaves the other half as it was', () => {
    const half: CartFact = {
      id: 'half',
      kind: 'takenOut',
      at: at(1),
      entries: devices.slice(0, 8).map((device) => ({ device, state: 'unplugged' })),
      replaces: ['put-1'],
    };
    const rest = restOf([yesterday, half]);
    expect(rest.get('device_1')?.state).toBe('out');
    expect(rest.get('device_12')).toMatchObject({ state: 'plugged', since: yesterday.at });
    expect(standingFacts([yesterday, half]).map(({ id }) => id)).toEqual(['put-1', 'half']);
  });
});

describe('properties of put-away facts', () => {
  const fact = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    kind: fc.constantFrom('putAway' as const, 'takenOut' as const),
    at: fc.integer({ min: 0, max: 500 }).map(at),
    entries: fc.array(
      fc.record({
        device: fc.constantFrom('device_1', 'device_2', 'device_3'),
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
        const sort = <T extends { readonly device: string }>(map: ReadonlyMap<string, T>): T[] =>
          [...map.values()].sort((a, b) => (a.device < b.device ? -1 : 1));
        const backwards = [...all].reverse();
        expect(sort(restOf(backwards))).toEqual(sort(restOf(all)));
        expect(sort(absences(backwards))).toEqual(sort(absences(all)));
        expect([...absences(all).keys()].sort()).toEqual(
          [...restOf(all).values()].flatMap((one) => (one.state === 'missing' ? [one.device] : [])).sort(),
        );
      }),
    );
  });

  it('a replaced fact counts only for devices that what replaced it does not speak of; a fact naming itself stays', () => {
    fc.assert(
      fc.property(facts, (all) => {
        const standing = standingFacts(all);
        for (const one of all) {
          const speaksOf = new Set<string>(one.entries.map(({ device }) => device));
          for (const id of one.replaces) {
            const before = standing.find((other) => other.id === id && id !== one.id);
            if (before) expect(before.entries.some(({ device }) => !speaksOf.has(device))).toBe(true);
          }
        }
      }),
    );
    expect(standingFacts([{ ...yesterday, replaces: ['put-1'] }])).toHaveLength(1);
  });

  it('never promise a device put away less than the charge time ago; the summary always adds up', () => {
    fc.assert(
      fc.property(facts, (all) => {
        for (const group of guessed(all)) {
          expect((NOW - Date.parse(group.since)) / 3_600_000).toBeGreaterThanOrEqual(CHARGE_HOURS);
          expect(group.count).toBe(group.devices.length);
        }
        const summary = summarise(assess(all));
        expect(summary.ready + summary.probable + summary.low + summary.missing + summary.unknown).toBe(15);
      }),
    );
  });
});

describe('no promise without ground', () => {
  const source = fc.constantFrom('hub', 'device', 'adb', 'usbPort', 'strip', 'person', 'habit');
  const reading = fc.record({
    source,
    at: fc.integer({ min: -10, max: 100_000 }).map((seconds) => at(seconds / 3600)),
    value: fc.record(
      {
        power: fc.constantFrom('attached', 'charging', 'full', 'idle', 'off', 'fault', 'empty'),
        percent: fc.integer({ min: 0, max: 100 }),
        portOff: fc.boolean(),
        chargingSeconds: fc.integer({ min: 0, max: 20_000 }),
      },
      { requiredKeys: [] },
    ),
  });
  const foreseen = fc.option(
    fc.record({
      minutesAtBell: fc.option(
        fc.integer({ min: 0, max: 600 }).map((value) => ({ value, low: value / 2, high: value * 2 })),
      ),
      basis: fc.constantFrom('measured' as const, 'habit' as const, 'model' as const),
    }),
    { nil: undefined },
  );
  const state = fc.option(fc.constantFrom('plugged' as const, 'unplugged' as const, 'missing' as const, 'out' as const), { nil: undefined }); // prettier-ignore

  it('ready or probable only with a reading, a device put away, or its own past; never what nobody returned and nothing sees', () => {
    fc.assert(
      fc.property(
        fc.array(reading, { maxLength: 4 }),
        foreseen,
        state,
        fc.integer({ min: 0, max: 600 }),
        fc.integer({ min: 0, max: 72 }),
        (readings, ahead, how, hoursAgo, bellIn) => {
          const rest = how && { device: 'device_1', state: how, since: at(hoursAgo) };
          const { readiness } = readinessOf(bayState(1, readings, NOW), {
            rest,
            foreseen: ahead,
            now: NOW,
            bell: NOW + bellIn * 3_600_000,
          });
          if (readiness !== 'ready' && readiness !== 'probable') return;
          expect(readings.length > 0 || how === 'plugged' || how === 'unplugged').toBe(true);
          if (readings.length === 0 && (how === 'unplugged' || hoursAgo + bellIn < CHARGE_HOURS)) {
            expect(ahead?.basis).not.toBe('model');
            expect(ahead?.minutesAtBell?.value).toBeGreaterThanOrEqual(LESSON_MINUTES);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order of readings of different sources', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(reading, { maxLength: 6, selector: (one) => one.source }),
        state,
        (readings, how) => {
          const of = (all: typeof readings) =>
            readinessOf(bayState(1, all, NOW), {
              rest: how && { device: 'device_1', state: how, since: at(12) },
              now: NOW,
              bell: NOW,
            });
          expect(of([...readings].reverse())).toEqual(of(readings));
        },
      ),
    );
  });
});
