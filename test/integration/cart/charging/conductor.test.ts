/** Orders that are not carried out: what stays on takes no other's turn, a silent box keeps nobody waiting, a clock is put back. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { habitOf } from '../../../../src/domain/cart/history';
import { portWatts } from '../../../../src/domain/cart/plan';
import { planPort } from '../../../../src/domain/cart/plan-port';
import { openGuard } from '../../../../src/main/cart/charging/guard';
import { systemTimers } from '../../../../src/main/cart/timers';
import { createConductor } from '../../../../src/main/cart/charging/conductor';
import { ManualTimers } from '../../../peers/cambrionix/manual-timers';
import { MINUTE } from './house';
import type { Conducted } from '../../../../src/main/cart/charging/conductor';
import type { Order } from '../../../../src/main/cart/charging/order';
import type { SwitchOutcome } from '../../../../src/main/cart/sources/port';
import type { Id } from '../../../../src/domain/id';

const CART: Id<'cart'> = 'cart_aaaaaaaaaaaaa';
const LEFT: Id<'hub'> = 'hub_aaaaaaaaaaaaa';
const RIGHT: Id<'hub'> = 'hub_bbbbbbbbbbbbb';
const EACH_W = 12.5;
const DONE: SwitchOutcome = { outcome: 'done' };
/** How long a box that has gone quiet is waited for. */
const SILENCE_MS = 10_000;

const NOBODYS = habitOf(undefined, []);

/** Two boxes of four places, in mid-plan: those named are on. */
function bench(on: readonly number[], places: number) {
  const timers = new ManualTimers();
  let put = 0;
  const clock = { now: () => timers.now() - put, after: timers.after.bind(timers) };
  const isOn = new Map(Array.from({ length: 8 }, (_, at) => [at + 1, on.includes(at + 1)]));
  const tried: string[] = [];
  let answer = (_hub: string, _on: boolean): SwitchOutcome | 'silence' => DONE;
  const bay = (hub: string, port: number): number => (hub === LEFT ? port : port + 4);
  const conducted = (): Conducted[] => [
    {
      cart: CART,
      boxes: [LEFT, RIGHT].map((hub) => ({ hub, link: { kind: 'tcp', host: '127.0.0.1', port: 4000 } })),
      ceilingMa: Math.ceil((places * EACH_W * 1_000) / portWatts(1_000, 'hub')),
      supply: 'hub',
      ask: { bookings: [], readyBy: timers.now() + 12 * 60 * MINUTE, spare: false },
      ports: [LEFT, RIGHT].flatMap((hub) =>
        [1, 2, 3, 4].map((port) => ({
          hub,
          port,
          habit: NOBODYS,
          watch: {},
          ...planPort(
            { bay: bay(hub, port), state: 'plugged', on: isOn.get(bay(hub, port)) ?? true },
            NOBODYS,
            // The left ones are nearly full, the right ones have the whole night to make.
            { percent: hub === LEFT ? 80 : 5 },
            EACH_W,
            clock.now(),
          ),
        })),
      ),
    },
  ];
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const conductor = createConductor({
    pool: {
      snapshot: () => undefined,
      readings: () => new Map(),
      attached: () => new Map(),
      restart: () => Promise.resolve(DONE),
      onSnapshot: () => () => undefined,
      switchPort: async (hub, port, wanted) => {
        tried.push(`${String(bay(hub, port))} ${wanted ? 'on' : 'off'}`);
        const said = answer(hub, wanted);
        if (said === 'silence') {
          await new Promise<void>((resolve) => timers.after(SILENCE_MS, resolve));
          return { outcome: 'silent', why: 'timeout' };
        }
        if (said.outcome === 'done') isOn.set(bay(hub, port), wanted);
        return said;
      },
    },
    guard: { pid: 1, hand: () => Promise.resolve(true), close: () => undefined },
    timers: clock,
    log,
    conducted,
    secret: () => Promise.resolve(undefined),
    onPlan: () => undefined,
    note: { all: () => [], add: () => Promise.resolve(), remove: () => Promise.resolve() },
    sameBox: () => undefined,
    feedsPoint: () => false,
    openBox: () => {
      throw new Error('nothing is noted');
    },
  });
  return {
    timers,
    conductor,
    tried,
    on: () => [...isOn].flatMap(([at, is]) => (is ? [at] : [])),
    says: (said: typeof answer) => (answer = said),
    putBack: (ms: number) => (put += ms),
  };
}

describe('an order that is not carried out', () => {
  it('what would not go off keeps its share of the circuit: nobody comes on in its stead', async () => {
    const one = bench([1, 2, 3, 4], 4);
    one.says((hub, on) => (hub === LEFT && !on ? { outcome: 'refused', code: 'E422' } : DONE));
    await one.timers.advance(5 * MINUTE);
    expect(one.tried).toContain('1 off');
    expect(one.on()).toEqual([1, 2, 3, 4]);
    // It obeys again.
    one.says(() => DONE);
    await one.timers.advance(3 * MINUTE);
    expect(one.on().filter((bay) => bay > 4).length).toBeGreaterThan(2);
    expect(one.on().length).toBeLessThanOrEqual(4);
    one.conductor.close();
  });

  it('a box that says nothing is asked once a minute, not once a place', async () => {
    const one = bench([1, 2, 3, 4], 4);
    one.says((hub) => (hub === LEFT ? 'silence' : DONE));
    await one.timers.advance(MINUTE - 1);
    expect(one.tried).toHaveLength(1);
    expect(one.conductor.troubles(CART)).toEqual([expect.objectContaining({ code: 'silent' })]);
    one.conductor.close();
  });

  it('a box that says nothing does not hold the other up when all must come on before the computer sleeps', async () => {
    const one = bench([1, 5], 2);
    one.says((hub) => (hub === LEFT ? 'silence' : DONE));
    await one.timers.advance(MINUTE / 2);
    const asleep = one.conductor.free('asleep');
    await one.timers.advance(1_000);
    expect(one.on()).toEqual(expect.arrayContaining([5, 6, 7, 8]));
    await Promise.all([asleep, one.timers.advance(3 * SILENCE_MS)]);
    one.conductor.close();
  });

  it('a clock put back an hour in the middle of the orders stops nothing', async () => {
    const one = bench([1, 2, 3, 4], 4);
    let back = false;
    one.says((_, on) => {
      // Between the first that comes on and the second.
      if (on && !back) {
        back = true;
        one.putBack(60 * MINUTE);
      }
      return DONE;
    });
    await one.timers.advance(5 * MINUTE);
    expect(back).toBe(true);
    expect(one.on().filter((bay) => bay > 4).length).toBeGreaterThan(2);
    one.conductor.close();
  });
});

describe('a watchman', () => {
  it('that cannot be written down (no disk) is none: the plan is not held, and nothing is thrown', async () => {
    const guard = openGuard(
      join(tmpdir(), `preau-no-such-folder-${String(process.pid)}`),
      // It says nothing, and ends with its pipe.
      { command: process.execPath, args: ['-e', 'process.stdin.resume()'] },
      systemTimers,
      () => undefined,
    );
    const order: Order = { v: 1, seq: 1, madeAt: 0, end: 1, boxes: [], steps: [], carts: [] };
    expect(await guard.hand(order)).toBe(false);
    expect(guard.pid).toBeUndefined();
    guard.close();
  });
});
