import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assumedFall, minutesToFull, remainingAfter } from './charger';
import { plan, portWatts, type PlanInput, type PlanPort } from './plan';

const NOW = Date.parse('2026-11-23T16:15:00.000Z');
const HOUR = 3_600_000;
const curve = { plateauW: 10, fall: assumedFall(40, 4) };

const port = (bay: number, more: Partial<PlanPort> = {}): PlanPort => ({
  bay,
  state: 'plugged',
  on: true,
  mostW: 11,
  remainingWh: 15,
  deviation: 1,
  curve,
  capacityWh: 30,
  levelKnown: true,
  ...more,
});
const input = (more: Partial<PlanInput> = {}): PlanInput => ({
  now: NOW,
  ports: Array.from({ length: 15 }, (_, index) => port(index + 1)),
  bookings: [],
  readyBy: NOW + 15 * HOUR,
  spare: false,
  ...more,
});

const arbitrary = fc
  .record({
    ports: fc.array(
      fc.record({
        state: fc.constantFrom('plugged', 'plugged', 'plugged', 'plugged', 'away', 'fault', 'hot'),
        on: fc.boolean(),
        mostW: fc.double({ min: 5, max: 65, noNaN: true }),
        remainingWh: fc.double({ min: 0, max: 40, noNaN: true }),
        deviation: fc.double({ min: 0, max: 6, noNaN: true }),
        levelKnown: fc.boolean(),
      }),
      { minLength: 1, maxLength: 30 },
    ),
    ceiling: fc.option(fc.double({ min: 66, max: 2_000, noNaN: true }), { nil: undefined }),
    ready: fc.double({ min: 0.2, max: 20, noNaN: true }),
    booking: fc.option(fc.double({ min: 0.2, max: 20, noNaN: true }), { nil: undefined }),
    spare: fc.boolean(),
  })
  .map(({ ports, ceiling, ready, booking, spare }): PlanInput => ({
    now: NOW,
    ports: ports.map((one, index) => ({
      ...port(index + 1),
      ...one,
      capacityWh: 45,
      curve: { ...curve, plateauW: one.mostW },
    })),
    ...(ceiling === undefined ? {} : { ceilingW: ceiling }),
    bookings: booking === undefined ? [] : [{ at: NOW + booking * HOUR }],
    readyBy: NOW + ready * HOUR,
    spare,
  }));

/** Whether a port is on at that moment of the plan. */
function onAt(asked: PlanInput, steps: ReturnType<typeof plan>['steps'], bay: number, at: number): boolean {
  const step = steps.filter((one) => one.bay === bay && one.at <= at).at(-1);
  return step?.on ?? asked.ports.find((one) => one.bay === bay)?.on ?? true;
}

describe('what counts under the ceiling', () => {
  const onAtOnce = (more: Partial<PlanPort>): number => {
    const asked = input({
      ports: Array.from({ length: 15 }, (_, index) =>
        port(index + 1, { remainingWh: 1, deviation: 0.1, ...more }),
      ),
      ceilingW: 44,
      readyBy: NOW + HOUR,
    });
    const { steps } = plan(asked);
    return asked.ports.filter(({ bay }) => onAt(asked, steps, bay, NOW + 60_000)).length;
  };

  it('is the most of each, while nothing tells how its charge ends', () => {
    expect(onAtOnce({})).toBe(4);
  });

  it('is what is measured of one that is nearly full, and one and a half that wake, not all', () => {
    // 1.1 W each, 4.4 W more for whoever wakes: with every one of them awake it would be eight.
    expect(onAtOnce({ endingW: 1, endSeen: true })).toBeGreaterThan(8);
  });

  it('is what is left of one that is off and whose power fell tonight', () => {
    expect(onAtOnce({ on: false, endSeen: true })).toBeGreaterThan(4);
    expect(onAtOnce({ on: false })).toBe(4);
  });

  it('is what a charge takes now, and never less than three quarters of the most before its end', () => {
    expect(onAtOnce({ remainingWh: 15, nowW: 11 })).toBe(4);
    expect(onAtOnce({ remainingWh: 15, nowW: 1 })).toBeLessThanOrEqual(4);
  });
});

describe('batteries that are full', () => {
  const full = { remainingWh: 0, deviation: 0.2, endSeen: true } as const;
  const small = { ceilingW: 44, readyBy: NOW + 15 * HOUR };

  it('stay on before anybody comes on: off, they would be back for a top-up, turn after turn', () => {
    const asked = input({
      ...small,
      ports: Array.from({ length: 15 }, (_, index) => port(index + 1, index < 5 ? full : { on: false })),
    });
    const { steps } = plan(asked);
    for (const bay of [1, 2, 3, 4, 5]) expect(onAt(asked, steps, bay, NOW + HOUR)).toBe(true);
  });

  it('do not all come on at once at the end, each for its top-up', () => {
    const rested = { ...full, on: false, remainingWh: 0.5 } as const;
    const asked = input({
      ...small,
      readyBy: NOW + HOUR / 2,
      ports: Array.from({ length: 30 }, (_, index) => port(index + 1, rested)),
    });
    const made = plan(asked);
    expect(made.end).toBeGreaterThan(NOW);
    expect(made.mostW).toBeLessThanOrEqual(44);
    // Two watts and more each for the first minutes: thirty of them are more than the circuit bears.
    const together = made.steps.filter(({ on, at }) => on && at < NOW + 60_000).length;
    expect(together).toBeGreaterThan(0);
    expect(together).toBeLessThan(22);
  });

  it('that are spared are off for three hours at most: what they lose meanwhile is only believed', () => {
    const asked = input({
      spare: true,
      ports: [port(1, { ...full, on: false, offMinutes: 175, remainingWh: 1 })],
    });
    const { steps } = plan(asked);
    expect(onAt(asked, steps, 1, NOW)).toBe(false);
    expect(onAt(asked, steps, 1, NOW + HOUR / 4)).toBe(true);
  });

  it('come on for their end, and are not held below it a second time', () => {
    const held = { remainingWh: 3, deviation: 0.1 } as const;
    const asked = (more: Partial<PlanPort>): PlanInput =>
      input({ spare: true, ports: [port(1, { ...held, ...more })] });
    const isOn = (one: PlanInput): boolean => onAt(one, plan(one).steps, 1, NOW);
    expect(isOn(asked({}))).toBe(false);
    expect(isOn(asked({ toFull: true }))).toBe(true);
  });
});

describe('a plan', () => {
  it('never has more on, before its end, than the circuit bears at their most', () => {
    fc.assert(
      fc.property(arbitrary, (asked) => {
        const made = plan(asked);
        const ceiling = asked.ceilingW ?? Infinity;
        expect(made.mostW).toBeLessThanOrEqual(ceiling + 1e-6);
        // Not only by its own word: of those that surely still charge, at every moment something changes.
        for (const { at } of made.steps.filter((step) => step.at + 120_000 < made.end)) {
          const sum = asked.ports
            .filter(
              (one) =>
                one.state === 'plugged' &&
                one.remainingWh > 0 &&
                onAt(asked, made.steps, one.bay, at + 60_000),
            )
            .filter((one) => (made.ports.find(({ bay }) => bay === one.bay)?.fullAt ?? 0) > at + 900_000)
            .reduce((watts, one) => watts + one.mostW, 0);
          expect(sum).toBeLessThanOrEqual(ceiling + 1e-6);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('leaves everything on that has a place, whatever was asked', () => {
    fc.assert(
      fc.property(arbitrary, (asked) => {
        const made = plan(asked);
        for (const one of asked.ports)
          if (one.state !== 'away') expect(onAt(asked, made.steps, one.bay, made.end + 1)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('has steps in order of time, and tells each place why', () => {
    fc.assert(
      fc.property(arbitrary, (asked) => {
        const made = plan(asked);
        for (const [index, step] of made.steps.entries())
          expect(step.at).toBeGreaterThanOrEqual(made.steps[index - 1]?.at ?? 0);
        expect(made.ports).toHaveLength(asked.ports.length);
      }),
      { numRuns: 100 },
    );
  });

  it('switches nothing where nothing has to be: no ceiling, batteries not spared', () => {
    expect(plan(input()).steps).toEqual([]);
  });

  it('leaves nobody off past the hour from which they could still be full, even when it spares', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 12, noNaN: true }),
        fc.double({ min: 3, max: 15, noNaN: true }),
        (wh, hours) => {
          const asked = input({
            spare: true,
            readyBy: NOW + hours * HOUR,
            ports: [port(1, { remainingWh: wh })],
          });
          const made = plan(asked);
          const possible = minutesToFull(curve, wh + 1.3) / 60 < hours;
          const [one] = made.ports;
          if (possible) expect(one?.fullAt).toBeLessThanOrEqual(asked.readyBy);
        },
      ),
    );
  });

  it('takes turns under a small circuit, the booked half first, and says so', () => {
    const asked = input({
      ceilingW: 60,
      bookings: [{ at: NOW + 4 * HOUR, bays: [9, 10, 11] }],
    });
    const made = plan(asked);
    const first = made.ports.filter(({ on }) => on[0]?.from === NOW).map(({ bay }) => bay);
    expect(first).toHaveLength(5);
    expect(first).toEqual(expect.arrayContaining([9, 10, 11]));
    expect(made.ports[8]?.fullAt).toBeLessThanOrEqual(NOW + 4 * HOUR);
    expect(made.ports[0]?.words[0]).toMatchObject({ code: 'turn' });
    for (const { fullAt } of made.ports) expect(fullAt).toBeLessThanOrEqual(asked.readyBy);
  });

  it('says who cannot be full in time, and by how much, rather than break the ceiling', () => {
    const made = plan(input({ ceilingW: 12, readyBy: NOW + 3 * HOUR }));
    const late = made.ports.flatMap(({ words }) => words.filter(({ code }) => code === 'late'));
    expect(late.length).toBeGreaterThan(10);
    expect(made.mostW).toBeLessThanOrEqual(12);
  });

  it('switches a hot or faulty place off and on again later', () => {
    const made = plan(
      input({ ports: [port(1, { state: 'hot' }), port(2, { state: 'fault' }), port(3)], readyBy: NOW }),
    );
    expect(made.steps.slice(0, 2)).toEqual([
      { at: NOW, bay: 1, on: false },
      { at: NOW, bay: 2, on: false },
    ]);
    expect(made.ports[0]?.words).toEqual([{ code: 'hot' }]);
    expect(onAt(input(), made.steps, 1, made.end)).toBe(true);
  });

  it('lets a full battery rest and tops it up before it is wanted', () => {
    const made = plan(input({ spare: true, ports: [port(1, { remainingWh: 0, deviation: 0 })] }));
    expect(made.steps[0]).toEqual({ at: NOW, bay: 1, on: false });
    expect(made.ports[0]?.words[0]).toMatchObject({ code: 'full' });
    expect(made.ports[0]?.on.at(-1)?.from).toBeLessThan(NOW + 15 * HOUR);
  });
});

describe('what a circuit bears', () => {
  it('is counted at its worst: 207 V, 85 %, a brick that draws more amperes than watts', () => {
    expect(portWatts(10_000, 'hub')).toBeCloseTo(10 * 207 * 0.85 * 0.95);
    expect(portWatts(10_000, 'bricks')).toBeCloseTo(10 * 207 * 0.85 * 0.6);
  });
});

describe('the curve', () => {
  it('never takes longer with less to go, and what is left after that time is nothing', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 60, noNaN: true }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        (wh, more) => {
          expect(minutesToFull(curve, wh + more)).toBeGreaterThanOrEqual(minutesToFull(curve, wh) - 1e-9);
          expect(remainingAfter(curve, wh, minutesToFull(curve, wh))).toBeCloseTo(0, 6);
        },
      ),
    );
  });
});
