/**
 * Waking, resting, restarting the devices of a cart: several at once, an outcome each, who still works shown first, never in
 * somebody else's lesson. What cannot be undone waits ten seconds.
 */
import type { PowerDevice, PowerRun } from '../../../contract/staff/power';
import { GRACE_MS, ordersOf, plainOrder, waits, type PowerOrder } from '../../../domain/cart/power';
import { PreauError } from '../../../domain/errors';
import { ID_BYTES, opaque, type Id } from '../../../domain/id';
import type { Actor } from '../../../domain/rights/actor';
import { demand } from '../../../domain/rights/authorize';
import { instant } from '../../../domain/time';
import type { CartPower, PowerDeps } from './types';

/** Gestures at once: each is a line of its own through one Wi-Fi point. */
const AT_ONCE = 8;

type Outcomes = Map<Id<'device'>, PowerRun['outcomes'][number]['outcome']>;
interface Run {
  readonly id: string;
  readonly order: PowerOrder;
  readonly due: number;
  readonly by: Actor;
  state: PowerRun['state'];
  readonly outcomes: Outcomes;
  cancel: () => void;
}

export function createCartPower(deps: PowerDeps): CartPower {
  const { platform, timers, means } = deps;
  const runs = new Map<Id<'cart'>, Run>();
  let closed = false;
  const changed = (cart: Id<'cart'>): void => platform.publish('power.changed', { cart });

  /** Somebody else's lesson, here or on another computer. */
  function blocked(actor: Actor, cart: Id<'cart'>, device: Id<'device'>): boolean {
    const lesson = deps.lesson();
    if (lesson && (lesson.cart === cart || lesson.devices.has(device))) return !deps.ownLesson(actor);
    return deps.lessonElsewhere(cart);
  }
  /** Devices on which somebody takes part now, with first names for who conducts the lesson. */
  function working(actor: Actor): ReadonlyMap<string, readonly string[]> {
    const seats = deps.ownLesson(actor)?.seats ?? [];
    return new Map(
      seats
        .filter(({ joined, presence }) => joined && presence === 'here')
        .map(({ key, pupils }) => [key, pupils.map(({ name }) => name)]),
    );
  }
  const view = (run: Run): PowerRun => ({
    run: run.id,
    order: run.order,
    state: run.state,
    due: instant(run.due),
    outcomes: [...run.outcomes].map(([device, outcome]) => ({ device, ...(outcome && { outcome }) })),
  });

  async function one(run: Run, cart: Id<'cart'>, device: Id<'device'>): Promise<void> {
    // A lesson may have begun while this waited.
    if (blocked(run.by, cart, device)) return void run.outcomes.set(device, { state: 'blocked' });
    const reach = means.reach(device);
    if (!reach) return void run.outcomes.set(device, { state: 'out-of-reach' });
    const order = plainOrder(run.order, reach.by);
    const able = ordersOf(reach).includes(order);
    run.outcomes.set(
      device,
      able ? await means.perform(device, order) : { state: 'impossible', why: 'not-supported' },
    );
  }
  async function carryOut(run: Run, cart: Id<'cart'>): Promise<void> {
    if (closed || run.state !== 'waiting') return;
    run.state = 'running';
    changed(cart);
    const left = [...run.outcomes.keys()];
    const next = async (): Promise<void> => {
      for (let device = left.shift(); device && !closed; device = left.shift()) {
        await one(run, cart, device).catch(() => {
          if (device) run.outcomes.set(device, { state: 'out-of-reach' });
        });
        changed(cart);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    run.state = 'over';
    const done = [...run.outcomes.values()].filter((outcome) => outcome?.state === 'done').length;
    platform.log.info('power.run', { cart, order: run.order, devices: run.outcomes.size, done });
    changed(cart);
  }
  function stop(cart: Id<'cart'>): void {
    const run = runs.get(cart);
    if (run?.state !== 'waiting') return;
    run.cancel();
    run.state = 'cancelled';
    changed(cart);
  }

  return {
    look(actor, cart) {
      demand(actor, 'cart.read');
      means.attend();
      const busy = working(actor);
      const run = runs.get(cart);
      const labels = deps.labels();
      const placed = [...deps.inCart(cart)].sort((a, b) => a.bay - b.bay);
      const devices = placed.map(({ device, number, bay }): PowerDevice => {
        const reach = means.reach(device);
        return {
          device,
          label: labels.get(device) ?? String(number),
          bay,
          ...(reach && { by: reach.by }),
          orders: [...ordersOf(reach)],
          state: busy.has(device) ? 'working' : 'unknown',
          names: [...(busy.get(device) ?? [])],
          blocked: blocked(actor, cart, device),
        };
      });
      return { devices, ...(run && { run: view(run) }) };
    },
    run(actor, { cart, devices, order, despite = false }) {
      demand(actor, 'cart.manage');
      const own = new Set(deps.inCart(cart).map(({ device }) => device));
      const asked = [...new Set(devices)];
      if (asked.some((device) => !own.has(device))) throw new PreauError('NOT_FOUND', { kind: 'device' });
      const busy = working(actor);
      const atWork = order === 'wake' ? [] : asked.filter((device) => busy.has(device));
      if (atWork.length > 0 && !despite) return { working: atWork };
      const before = runs.get(cart);
      if (before?.state === 'running') throw new PreauError('CONFLICT', { id: cart });
      stop(cart);
      const wait = waits(order) ? GRACE_MS : 0;
      const run: Run = {
        id: opaque(platform.random(ID_BYTES)),
        order,
        due: platform.clock() + wait,
        by: actor,
        state: 'waiting',
        outcomes: new Map(
          asked.map((device) => [device, blocked(actor, cart, device) ? { state: 'blocked' } : undefined]),
        ),
        cancel: () => undefined,
      };
      runs.set(cart, run);
      run.cancel = timers.after(wait, () => void carryOut(run, cart));
      changed(cart);
      return { working: [], run: view(run) };
    },
    cancel(actor, cart) {
      demand(actor, 'cart.manage');
      stop(cart);
    },
    close() {
      closed = true;
      means.close();
      for (const cart of runs.keys()) stop(cart);
      return Promise.resolve();
    },
  };
}
