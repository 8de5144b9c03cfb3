import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bayState } from './bay';
import { cartForecast, forecastOf, type ChargeUnderWay, type ForecastDevice } from './forecast';
import { habitOf, mergeHistories, needWh, withCharge, type ChargeLine, type DeviceHistory } from './history';
import { asNewOf, wearOf } from './wear';
import type { ChargeReading } from './evidence';

const NOW = Date.parse('2026-11-23T18:00:00.000Z');
const HOUR = 3_600_000;
const BELL = NOW + 14 * HOUR;
const at = (hours: number): string => new Date(NOW + hours * HOUR).toISOString();

const line = (day: number, more: Partial<ChargeLine> = {}): ChargeLine => ({
  at: at(-24 * day),
  from: 40,
  to: 100,
  wh: 18,
  minutes: 130,
  full: true,
  plateauW: 10,
  ...more,
});
const history: DeviceHistory = {
  model: 'M',
  charges: [6, 5, 4, 3, 2].map((day) => line(day)),
  uses: [6, 5, 4].map((day) => ({ at: at(-24 * day), from: 90, to: 60, minutes: 90 })),
  fall: {
    minutes: [40, 34, 28, 22, 16, 11, 7, 3, 0, 0],
    wh: [3.5, 2.6, 1.9, 1.3, 0.8, 0.5, 0.3, 0.1, 0, 0],
  },
};
const device = (readings: readonly ChargeReading[], more: Partial<ForecastDevice> = {}): ForecastDevice => ({
  device: 'device_aaaaaaaaaaaaa',
  number: 4,
  bay: 4,
  state: bayState(4, readings, NOW),
  history,
  ...more,
});
const charging: ChargeReading = { source: 'hub', at: at(0), value: { power: 'charging', currentMa: 1_950 } };
const under = (more: Partial<ChargeUnderWay> = {}): ChargeUnderWay => ({
  since: at(-0.5),
  from: 40,
  wh: 5,
  minutes: 30,
  nowW: 10,
  plateauW: 10,
  ...more,
});

describe('what a device promises', () => {
  it('is full when what its past took has gone in', () => {
    const said = forecastOf(device([charging], { underWay: under() }), [], BELL, NOW);
    // 18 Wh in all, 5 gone in: 9.5 at 10 W, then 40 minutes.
    expect((Date.parse(said.fullAt?.value ?? '') - NOW) / 60_000).toBeCloseTo(97, -1);
    expect(said).toMatchObject({ basis: 'measured', because: 'charging' });
    expect(said.percentAtBell?.value).toBe(100);
    // 20 % an hour: 95 % last 285 minutes.
    expect(said.minutesAtBell?.value).toBe(285);
  });

  it('trusts the falling power near the end, whatever the level was thought to be', () => {
    const said = forecastOf(
      device([charging], { underWay: under({ from: 60, wh: 15, nowW: 2.5 }) }),
      [],
      BELL,
      NOW,
    );
    expect((Date.parse(said.fullAt?.value ?? '') - NOW) / 60_000).toBeLessThan(25);
  });

  it('takes heat for heat: less power far from the end means longer', () => {
    const warm = forecastOf(device([charging], { underWay: under({ nowW: 5 }) }), [], BELL, NOW);
    const cool = forecastOf(device([charging], { underWay: under() }), [], BELL, NOW);
    expect(Date.parse(warm.fullAt?.value ?? '')).toBeGreaterThan(
      Date.parse(cool.fullAt?.value ?? '') + 0.5 * HOUR,
    );
  });

  it('counts from how it was put away where nothing speaks', () => {
    const rest = { device: 'device_aaaaaaaaaaaaa', state: 'plugged' as const, since: at(-1) };
    expect(forecastOf(device([], { rest }), [], BELL, NOW)).toMatchObject({
      because: 'putAway',
      basis: 'habit',
    });
    expect(forecastOf(device([], { rest, history: undefined }), [], BELL, NOW)).toMatchObject({
      basis: 'model',
    });
  });

  it('says nothing of what nothing is known of, and gives what is not plugged what it has', () => {
    expect(forecastOf(device([]), [], BELL, NOW)).toMatchObject({
      because: 'nothingKnown',
      minutesAtBell: null,
    });
    const level: ChargeReading = { source: 'device', at: at(0), value: { percent: 30 } };
    const empty: ChargeReading = { source: 'hub', at: at(0), value: { power: 'empty' } };
    const said = forecastOf(device([level, empty]), [], BELL, NOW);
    expect(said).toMatchObject({ because: 'unplugged', fullAt: null });
    expect(said.minutesAtBell?.value).toBeLessThan(50);
  });

  it('has its value between its low and its high, always', () => {
    fc.assert(
      fc.property(
        fc.record({
          from: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
          wh: fc.double({ min: 0, max: 60, noNaN: true }),
          nowW: fc.double({ min: 0, max: 70, noNaN: true }),
          plateauW: fc.option(fc.double({ min: 0, max: 70, noNaN: true }), { nil: undefined }),
          hours: fc.double({ min: 0, max: 20, noNaN: true }),
        }),
        ({ from, wh, nowW, plateauW, hours }) => {
          const underWay: ChargeUnderWay = {
            since: at(-0.5),
            wh,
            minutes: 30,
            nowW,
            ...(from === undefined ? {} : { from }),
            ...(plateauW === undefined ? {} : { plateauW }),
          };
          const said = forecastOf(device([charging], { underWay }), [], NOW + hours * HOUR, NOW);
          for (const one of [said.minutesAtBell, said.percentAtBell]) {
            expect(one?.low).toBeLessThanOrEqual(one?.value ?? NaN);
            expect(one?.value).toBeLessThanOrEqual(one?.high ?? NaN);
          }
          expect((said.fullAt?.low ?? '') <= (said.fullAt?.value ?? '')).toBe(true);
          expect((said.fullAt?.value ?? '') <= (said.fullAt?.high ?? '')).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the evening before', () => {
  const low: ChargeReading = { source: 'device', at: at(0), value: { percent: 30 } };
  const unplugged = (number: number): ForecastDevice => ({
    ...device([low, { source: 'hub', at: at(0), value: { power: 'empty' } }]),
    device: `device_aaaaaaaaaaaa${number === 4 ? 'a' : 'b'}`,
    number,
    bay: number,
  });

  it('says which to plug, in one line, and nothing of those that will last', () => {
    const full = device([{ source: 'hub', at: at(0), value: { power: 'full' } }], { number: 1, bay: 1 });
    const { evening, lasting } = cartForecast(
      { devices: [full, unplugged(4), unplugged(9)], known: [], bell: new Date(BELL).toISOString() },
      NOW,
    );
    expect(lasting).toBe(1);
    expect(evening).toMatchObject([{ gesture: 'plug', devices: [{ number: 4 }, { number: 9 }] }]);
  });
});

describe('what charges teach', () => {
  it('is the need from a level, as near charges had it, an update that ran meanwhile left out', () => {
    const charges = [8, 7, 6, 5, 4, 3].map((day) => line(day)).concat(line(2, { wh: 27 }));
    expect(needWh(habitOf({ charges, uses: [] }, []), 40).value).toBeCloseTo(18, 0);
  });

  it('is less sure from others of its model, and least from nobody', () => {
    const own = habitOf(history, []);
    const model = habitOf(undefined, [history, history]);
    const nobody = habitOf(undefined, []);
    expect([own.source, model.source, nobody.source]).toEqual(['device', 'model', 'default']);
    expect(needWh(own, 40).spread).toBeLessThan(needWh(model, 40).spread);
    expect(needWh(model, 40).spread).toBeLessThan(needWh(nobody, 40).spread);
  });

  it('is the same history whatever the order in which postes are heard, forty lines at most', () => {
    const days = Array.from({ length: 60 }, (_, day) => line(day + 1));
    const [a, b] = [
      { charges: days.slice(0, 35), uses: [] },
      { charges: days.slice(25), uses: [] },
    ];
    expect(mergeHistories([a, b])).toEqual(mergeHistories([b, a]));
    expect(mergeHistories([a, b]).charges).toHaveLength(40);
    expect(mergeHistories([a, b]).charges.at(-1)).toEqual(line(1));
  });

  it('keeps what earlier charges showed of the end where the last one began below it', () => {
    const next = withCharge(history, {
      line: line(0),
      fall: {
        minutes: [null, null, ...(history.fall?.minutes.slice(2) ?? [])],
        wh: [null, null, ...(history.fall?.wh.slice(2) ?? [])],
      },
    });
    expect(next.fall?.minutes[0]).toBe(40);
  });
});

describe('how a battery ages', () => {
  const aged = (wh: number, minutes = 130): DeviceHistory => ({
    charges: Array.from({ length: 12 }, (_, index) =>
      line(120 - index * 10, index < 6 ? {} : { wh, minutes }),
    ),
    uses: [],
  });

  it.each([
    [17.5, 130, 'good'],
    [14.5, 110, 'ageing'],
    [11.5, 90, 'dying'],
    [17.5, 260, 'slow'],
  ] as const)('of 18 Wh it takes %d in %d minutes: %s', (wh, minutes, advice) => {
    expect(wearOf(aged(wh, minutes)).advice).toBe(advice);
  });

  it('is not said of a few charges, and is measured against the best of its model', () => {
    expect(wearOf({ charges: [line(1), line(2)], uses: [] }).advice).toBe('unknown');
    expect(wearOf(aged(18), 45).advice).toBe('dying');
    expect(asNewOf([aged(18), aged(18), aged(17), aged(18)])).toBeCloseTo(30);
  });
});
