import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closingCount, closingEntries, closingPlaces } from './closing';
import type { ClosingWord } from './closing';
import type { ChargeReading, ChargeValue } from './evidence';
import type { PlacedDevice } from './panel';

const NOW = Date.parse('2026-11-19T15:25:00.000Z');
const devices = Array.from({ length: 15 }, (_, i): PlacedDevice => ({
  device: `device_${String(i + 1)}`,
  number: i + 1,
  bay: i + 1,
}));
const says = (source: ChargeReading['source'], value: ChargeValue, secondsAgo = 1): ChargeReading => ({
  source,
  value,
  at: new Date(NOW - secondsAgo * 1000).toISOString(),
});
const places = (
  of: {
    bay?: Record<number, ChargeReading[]>;
    device?: Record<number, ChargeReading[]>;
    said?: Record<number, ClosingWord>;
    lent?: number[];
  } = {},
) =>
  closingPlaces(
    {
      devices,
      ofBay: new Map(Object.entries(of.bay ?? {}).map(([bay, all]) => [Number(bay), all])),
      ofDevice: new Map(Object.entries(of.device ?? {}).map(([n, all]) => [`device_${n}`, all])),
      lent: new Map(
        (of.lent ?? []).map((bay) => [bay, { to: { kind: 'activity', name: 'Échecs' }, until: '' }]),
      ),
    },
    new Map(Object.entries(of.said ?? {}).map(([n, word]) => [`device_${n}`, word])),
    NOW,
  );

describe('putting a cart away', () => {
  it('without any wire waits for a tap, and takes one word for all', () => {
    const silent = places({ said: { 3: 'unplugged', 7: 'missing' } });
    expect(closingCount(silent)).toMatchObject({ expected: 15, plugged: 0, unplugged: [3], missing: [7] });
    expect(closingCount(silent).waiting).toHaveLength(13);
    const states = closingEntries(silent, 'plugged').map(({ state }) => state);
    expect(states.filter((state) => state === 'plugged')).toHaveLength(13);
    expect([states[2], states[6]]).toEqual(['unplugged', 'missing']);
  });

  it('says a place as it fills, and names an empty plug and a tablet that is still lit', () => {
    const of = places({
      bay: {
        1: [says('hub', { power: 'charging' })],
        2: [says('hub', { power: 'empty' })],
        4: [says('hub', { power: 'fault' })],
        6: [says('hub', { power: 'empty', portOff: true })],
      },
      device: {
        3: [says('device', { onBattery: true, percent: 40 }, 20)],
        5: [says('adb', { power: 'attached' })],
      },
    });
    expect(of.slice(0, 6).map(({ state, hint, by }) => [state, hint, by])).toEqual([
      ['plugged', null, 'hub'],
      ['waiting', 'portEmpty', null],
      ['waiting', 'awake', null],
      ['plugged', 'fault', 'hub'],
      ['plugged', null, 'adb'],
      ['waiting', null, null],
    ]);
    // « Tout est rangé et branché » does not overrule what a plug or a device sees.
    const states = closingEntries(of, 'plugged').map(({ state }) => state);
    expect(states.slice(0, 6)).toEqual(['plugged', 'missing', 'unplugged', 'plugged', 'plugged', 'plugged']);
    expect(closingEntries(of, 'missing').map(({ state }) => state)[5]).toBe('missing');
  });

  it('keeps both words where a tap and a plug disagree, and where it charges at another place', () => {
    expect(
      places({ bay: { 1: [says('hub', { power: 'empty' })] }, said: { 1: 'plugged' } })[0],
    ).toMatchObject({
      state: 'plugged',
      hint: 'doubt',
    });
    expect(
      places({ bay: { 1: [says('hub', { power: 'charging' })] }, said: { 1: 'missing' } })[0]?.hint,
    ).toBe('doubt');
    expect(places({ said: { 1: 'missing' } })[0]?.hint).toBeNull();
    expect(
      places({
        bay: { 1: [says('hub', { power: 'empty' })] },
        device: { 1: [says('device', { power: 'attached' })] },
      })[0],
    ).toMatchObject({ state: 'plugged', hint: 'elsewhere', by: 'device' });
  });

  it('expects nothing of what is lent, unless it is there', () => {
    const of = places({ lent: [9, 10], bay: { 10: [says('hub', { power: 'charging' })] } });
    expect([of[8]?.state, of[9]?.state]).toEqual(['lent', 'plugged']);
    expect(closingCount(of).expected).toBe(14);
    expect(closingEntries(of, 'missing').some(({ bay }) => bay === 9)).toBe(false);
  });

  it('does not count what a person said of the charge earlier, nor what is old', () => {
    expect(places({ bay: { 1: [says('person', { power: 'full' }, 60)] } })[0]?.state).toBe('waiting');
    expect(places({ bay: { 1: [says('hub', { power: 'charging' }, 60)] } })[0]?.state).toBe('waiting');
    expect(places({ device: { 1: [says('device', { onBattery: true }, 3_600)] } })[0]?.hint).toBeNull();
  });

  it('every device expected is in the fact once, and what was tapped is what is written', () => {
    const power = fc.constantFrom('attached', 'charging', 'full', 'idle', 'off', 'fault', 'empty');
    const reading = fc
      .record({
        source: fc.constantFrom('hub', 'device', 'adb', 'person'),
        power,
        ago: fc.integer({ min: 0, max: 300 }),
      })
      .map(({ source, power: value, ago }) => says(source, { power: value }, ago));
    const number = fc.integer({ min: 1, max: 15 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, reading), { maxLength: 20 }),
        fc.array(fc.tuple(number, fc.constantFrom('plugged', 'unplugged', 'missing')), { maxLength: 8 }),
        fc.constantFrom('plugged' as const, 'missing' as const),
        (readings, words, rest) => {
          const bay: Record<number, ChargeReading[]> = {};
          for (const [at, one] of readings) bay[at] = [...(bay[at] ?? []), one];
          const said = Object.fromEntries(words);
          const of = places({ bay, said });
          const entries = closingEntries(of, rest);
          expect(entries.map((one) => one.device)).toEqual(devices.map((one) => one.device));
          for (const [at, word] of Object.entries(said)) expect(entries[Number(at) - 1]?.state).toBe(word);
          const { plugged, waiting, unplugged, missing, expected } = closingCount(of);
          expect(plugged + waiting.length + unplugged.length + missing.length).toBe(expected);
        },
      ),
    );
  });
});
