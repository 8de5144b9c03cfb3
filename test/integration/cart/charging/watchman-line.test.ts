/** The watchman on a line in memory with moved time: plans that are none, a hub that refuses, starts anew, is pulled. */
import { describe, expect, it } from 'vitest';
import { SimulatedHub } from '../../../../src/demo/hub/hub';
import { habitOf } from '../../../../src/domain/cart/history';
import { CambrionixDriver } from '../../../../src/main/cart/cambrionix/driver';
import { straight } from '../../../../src/main/cart/sources/route';
import { LOOK_MS, Watchman } from '../../../../src/main/cart/charging/watchman';
import { Cable } from '../../../peers/cambrionix/cable';
import { ManualTimers } from '../../../peers/cambrionix/manual-timers';
import type { ChargeSource, SwitchOutcome } from '../../../../src/main/cart/sources/port';
import { readOrder, type Order } from '../../../../src/main/cart/charging/order';
import { briefly } from '../../../../src/main/cart/charging/order-cart';

const MINUTE = 60_000;

/** A strip whose ports are what they were told, but for one that never comes on. */
function stuckStrip(stuck: number, said: SwitchOutcome) {
  const on = new Map(Array.from({ length: 15 }, (_, at) => [at + 1, false]));
  const source: ChargeSource = {
    snapshot: { status: 'answering', since: '', alerts: [], switching: 'perPort', ports: [] },
    start: () => undefined,
    stop: () => undefined,
    switchPort: (port, wanted) => {
      if (port === stuck && wanted) return Promise.resolve(said);
      on.set(port, wanted);
      return Promise.resolve({ outcome: 'done' });
    },
    restart: () => Promise.resolve({ outcome: 'impossible', why: 'readOnly' }),
  };
  return { source, on: () => [...on].flatMap(([port, is]) => (is ? [port] : [])) };
}

function line(source?: ChargeSource) {
  const timers = new ManualTimers();
  const hub = new SimulatedHub({ timers, seed: 3 }).fill();
  const cable = new Cable(hub, timers);
  const said: string[] = [];
  const left: string[] = [];
  let wanted = false;
  const watchman = new Watchman({
    timers,
    lookMs: LOOK_MS,
    clock: () => timers.now(),
    openBox: () => source ?? new CambrionixDriver(straight(cable.open), timers, () => undefined),
    say: (text) => said.push(text),
    isWanted: () => wanted,
    leave: (why) => left.push(why),
  });
  const now = timers.now();
  /** Ports 1 to 5 are off for half an hour, then 6 to 10 for as long. */
  const order = (more: Partial<Order> = {}): Order => ({
    v: 1,
    seq: 1,
    madeAt: now,
    end: now + 60 * MINUTE,
    boxes: [
      {
        hub: 'hub_aaaaaaaaaaaaa',
        link: { kind: 'tcp', host: '127.0.0.1', port: 4000 },
        ports: Array.from({ length: 15 }, (_, index) => ({ port: index + 1, on: index >= 5 })),
      },
    ],
    carts: [],
    steps: [1, 2, 3, 4, 5].flatMap((port) => [
      { at: now + 30 * MINUTE, hub: 'hub_aaaaaaaaaaaaa', port, on: true },
      { at: now + 30 * MINUTE, hub: 'hub_aaaaaaaaaaaaa', port: port + 5, on: false },
    ]),
    ...more,
  });
  const give = (text: string): void => {
    watchman.hear(`${text}\n`);
  };
  /** As the poste left it. */
  const asPlanned = (): void => {
    for (const port of [1, 2, 3, 4, 5]) hub.port(port).mode = 'o';
  };
  const off = (): number[] => hub.ports.filter(({ mode }) => mode === 'o').map((port) => port.number);
  return {
    timers,
    hub,
    cable,
    watchman,
    said,
    left,
    order,
    give,
    asPlanned,
    off,
    back: () => (wanted = true),
  };
}

/** What a plan of fifteen strangers was made of. @param ceilingW watts at the ports */
const madeOf = (ceilingW: number): Order['carts'][number] => ({
  ceilingW,
  bookings: [],
  readyBy: new ManualTimers().now() + 12 * 60 * MINUTE,
  spare: false,
  places: Array.from({ length: 15 }, (_, index) => ({
    hub: 'hub_aaaaaaaaaaaaa',
    port: index + 1,
    bay: index + 1,
    habit: habitOf(undefined, []),
    watch: {},
  })),
});

describe('the watchman', () => {
  it('does nothing while the poste lives, then carries the plan out and leaves with everything on', async () => {
    const one = line();
    one.give(JSON.stringify(one.order()));
    one.asPlanned();
    await one.timers.advance(10 * MINUTE);
    expect(one.said).toEqual(['{"held":1}']);
    expect(one.cable.opened).toBe(0);
    one.watchman.posteGone();
    await one.timers.advance(5 * MINUTE);
    expect(one.off()).toEqual([1, 2, 3, 4, 5]);
    await one.timers.advance(20 * MINUTE);
    expect(one.off()).toEqual([6, 7, 8, 9, 10]);
    expect(one.left).toEqual([]);
    await one.timers.advance(30 * MINUTE);
    expect(one.off()).toEqual([]);
    expect(one.left).toEqual(['everythingOn']);
    expect(one.timers.pending).toBe(0);
  });

  it('plans on by what it reads: who waits on an idle circuit comes on long before the blind turn', async () => {
    const one = line();
    one.give(JSON.stringify(one.order({ carts: [madeOf(1_000)] })));
    one.asPlanned();
    one.watchman.posteGone();
    await one.timers.advance(3 * MINUTE);
    expect(one.off()).toEqual([]);
  });

  it('plans on by what it reads: what the circuit does not bear goes off, and everybody has a turn', async () => {
    const one = line();
    one.give(JSON.stringify(one.order({ carts: [madeOf(44)] })));
    one.asPlanned();
    one.watchman.posteGone();
    await one.timers.advance(3 * MINUTE);
    const off = one.off();
    expect(off.length).toBeGreaterThan(7);
    const had = new Set(one.hub.ports.map((port) => port.number).filter((port) => !off.includes(port)));
    for (let hour = 0; hour < 10; hour += 1) {
      await one.timers.advance(60 * MINUTE);
      for (const { number, mode } of one.hub.ports) if (mode !== 'o') had.add(number);
    }
    expect(had.size).toBe(15);
    expect(one.left).toEqual([]);
    await one.timers.advance(4 * 60 * MINUTE);
    expect(one.off()).toEqual([]);
    expect(one.left).toEqual(['everythingOn']);
  });

  it('is handed a short line, also of strangers whose model a hundred others have', () => {
    const charges = Array.from({ length: 100 }, (_, back) => ({
      at: new Date(Date.UTC(2026, 9, 1) + back * 3_600_000).toISOString(),
      from: 40,
      used: 60,
      wh: 12,
      minutes: 100,
      full: true,
      plateauW: 9.7,
    }));
    const others = Array.from({ length: 100 }, () => ({ model: 'Tab', charges, uses: [] }));
    const habit = briefly(habitOf({ model: 'Tab', charges: [], uses: [] }, others));
    expect(habit.taken.length).toBeGreaterThan(0);
    const places = madeOf(44).places.map((place) => ({ ...place, habit }));
    const one = line();
    const text = JSON.stringify(one.order({ carts: [{ ...madeOf(44), places }] }));
    expect(text.length).toBeLessThan(200_000);
    expect(readOrder(text)?.carts[0]?.places).toHaveLength(15);
  });

  it('holds to the steps where it does not understand what they were made of', async () => {
    const one = line();
    one.give(JSON.stringify({ ...one.order(), carts: [{ ...madeOf(1_000), places: 'all' }] }));
    expect(one.said).toEqual(['{"held":1}']);
    one.asPlanned();
    one.watchman.posteGone();
    await one.timers.advance(5 * MINUTE);
    expect(one.off()).toEqual([1, 2, 3, 4, 5]);
  });

  it('leaves at once where it never held a plan: nothing was ever off', async () => {
    const one = line();
    one.watchman.posteGone();
    await one.timers.advance(MINUTE);
    expect(one.left).toEqual(['nothingToDo']);
    expect(one.cable.opened).toBe(0);
  });

  it.each([
    ['garbled', '{"v":1,"seq":2,'],
    ['of another version', '{"v":2,"seq":2}'],
    [
      'of ports no box has',
      '{"v":1,"seq":2,"madeAt":0,"end":1,"boxes":[],"steps":[{"at":0,"hub":"h","port":900,"on":false}]}',
    ],
  ])('a plan that is %s means everything on', async (_, text) => {
    const one = line();
    one.give(JSON.stringify(one.order()));
    one.give(text);
    expect(one.said.at(-1)).toBe('{"bad":true}');
    one.asPlanned();
    one.watchman.posteGone();
    await one.timers.advance(2 * MINUTE);
    expect(one.off()).toEqual([]);
    expect(one.left).toEqual(['everythingOn']);
  });

  it.each([
    ['is over', (now: number) => ({ madeAt: now - 120 * MINUTE, end: now - 60 * MINUTE })],
    ['was made in the future', (now: number) => ({ madeAt: now + 600 * MINUTE, end: now + 700 * MINUTE })],
    ['lasts for days', (now: number) => ({ madeAt: now, end: now + 5_000 * MINUTE })],
  ])('a plan that %s means everything on', async (_, times) => {
    const one = line();
    one.give(JSON.stringify(one.order(times(one.timers.now()))));
    one.asPlanned();
    one.watchman.posteGone();
    await one.timers.advance(2 * MINUTE);
    expect(one.off()).toEqual([]);
  });

  it('a hub that starts anew in mid-plan, everything on, is told again within two minutes', async () => {
    const one = line();
    one.give(JSON.stringify(one.order()));
    one.asPlanned();
    one.watchman.posteGone();
    await one.timers.advance(5 * MINUTE);
    one.hub.answer('reboot');
    await one.timers.advance(10_000);
    await one.timers.advance(2 * MINUTE);
    expect(one.off()).toEqual([1, 2, 3, 4, 5]);
  });

  it('a hub that refuses with *E422 is started anew rather than left with ports off', async () => {
    const one = line();
    one.give(JSON.stringify(one.order()));
    one.asPlanned();
    one.watchman.posteGone();
    await one.timers.advance(5 * MINUTE);
    one.hub.dipVoltage();
    await one.timers.advance(90 * MINUTE);
    expect(one.off()).toEqual([]);
    expect(one.left).toEqual(['everythingOn']);
  });

  it('a cable pulled in mid-plan and put back after its end: everything on', async () => {
    const one = line();
    one.give(JSON.stringify(one.order()));
    one.asPlanned();
    one.watchman.posteGone();
    await one.timers.advance(5 * MINUTE);
    one.cable.pull();
    await one.timers.advance(120 * MINUTE);
    expect(one.off()).toEqual([1, 2, 3, 4, 5]);
    expect(one.left).toEqual([]);
    one.cable.putBack();
    await one.timers.advance(MINUTE);
    expect(one.off()).toEqual([]);
    expect(one.left).toEqual(['everythingOn']);
  });

  it('gives the line back to a poste that returns, as the ports stand', async () => {
    const one = line();
    one.give(JSON.stringify(one.order()));
    one.asPlanned();
    one.watchman.posteGone();
    await one.timers.advance(5 * MINUTE);
    one.back();
    await one.timers.advance(2 * LOOK_MS);
    expect(one.left).toEqual(['posteIsBack']);
    expect(one.off()).toEqual([1, 2, 3, 4, 5]);
    expect(one.timers.pending).toBe(0);
  });

  it('the system ends with the poste already gone: everything on at once, then it leaves', async () => {
    const one = line();
    one.give(JSON.stringify(one.order()));
    one.asPlanned();
    one.watchman.posteGone();
    await one.timers.advance(5 * MINUTE);
    expect(one.off()).toEqual([1, 2, 3, 4, 5]);
    one.watchman.systemEnds();
    await one.timers.advance(3 * LOOK_MS);
    expect(one.off()).toEqual([]);
    expect(one.left).toEqual(['everythingOn']);
    expect(one.timers.pending).toBe(0);
  });

  it('the system ends, and the poste a moment after: everything on, whatever its last plan says', async () => {
    const one = line();
    one.give(JSON.stringify(one.order()));
    one.asPlanned();
    one.watchman.systemEnds();
    await one.timers.advance(3 * LOOK_MS);
    // The poste has the line.
    expect(one.cable.opened).toBe(0);
    one.give(JSON.stringify(one.order({ seq: 2 })));
    one.watchman.posteGone();
    await one.timers.advance(5 * LOOK_MS);
    expect(one.off()).toEqual([]);
    expect(one.left).toEqual(['everythingOn']);
  });

  it('told to end alone, it leaves a poste that lives on to start another', async () => {
    const one = line();
    one.give(JSON.stringify(one.order()));
    one.asPlanned();
    one.watchman.systemEnds();
    await one.timers.advance(15_000);
    expect(one.left).toEqual(['gaveUp']);
    expect(one.cable.opened).toBe(0);
    expect(one.timers.pending).toBe(0);
  });

  it('the system ends while the cable is out: it does not hold the system up', async () => {
    const one = line();
    one.give(JSON.stringify(one.order()));
    one.asPlanned();
    one.cable.pull();
    one.watchman.posteGone();
    one.watchman.systemEnds();
    await one.timers.advance(2 * MINUTE);
    expect(one.left).toEqual(['gaveUp']);
    expect(one.timers.pending).toBe(0);
  });

  it.each([
    ['refuses', { outcome: 'refused', code: 'unchanged' }],
    ['says nothing', { outcome: 'silent', why: 'noAnswer' }],
  ] as const)('an outlet that %s does not keep its neighbours off', async (_, said) => {
    const strip = stuckStrip(2, said);
    const one = line(strip.source);
    one.give(JSON.stringify(one.order()));
    one.watchman.posteGone();
    await one.timers.advance(70 * MINUTE);
    expect(strip.on()).toEqual(expect.arrayContaining([1, 3, 4, 5, 6, 7, 8, 9, 10]));
    // The one that never came on is tried on.
    expect(one.left).toEqual([]);
  });

  it('a computer of many carts: a plan of ten boxes is a plan', () => {
    const one = line();
    const [box] = one.order().boxes;
    if (!box) throw new Error('no box');
    const boxes = Array.from({ length: 10 }, (_, at) => ({ ...box, hub: `hub_${String(at)}` }));
    one.give(JSON.stringify(one.order({ boxes })));
    expect(one.said).toEqual(['{"held":1}']);
  });
});
