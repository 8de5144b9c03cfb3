/**
 * Carries the plan of one computer out: every minute a new plan from what is measured, first into the watchman's hands, then onto
 * the ports. Nothing goes off before the watchman has said that it holds the plan; what has no plan is switched on.
 */
import { portWatts, plan, type Plan, type PlanInput, type PlanPort } from '../../../domain/cart/plan';
import type { Id } from '../../../domain/id';
import type { Logger } from '../../capability';
import type { SourcePool } from '../sources/port';
import type { Timers } from '../timers';
import type { Guard } from './guard';
import type { Order } from './order';

/** One box of a cart that stays with this computer. */
export interface ConductedBox {
  readonly hub: Id<'hub'>;
  readonly firstBay: number;
  readonly link: Order['boxes'][number]['link'];
  readonly serial?: string | undefined;
}

/** One cart that stays with this computer, as it is now. */
export interface Conducted {
  readonly cart: Id<'cart'>;
  readonly boxes: readonly ConductedBox[];
  readonly ceilingMa?: number | undefined;
  readonly supply: 'hub' | 'bricks';
  readonly ports: readonly PlanPort[];
  readonly ask: Pick<PlanInput, 'bookings' | 'readyBy' | 'window' | 'spare'>;
}

export interface ConductorDeps {
  readonly pool: SourcePool;
  readonly guard: Guard;
  /** The plan's: milliseconds since the epoch. */
  readonly timers: Timers;
  readonly log: Logger;
  /** Carts whose ports this computer may switch. */
  readonly conducted: () => readonly Conducted[];
  readonly secret: (hub: Id<'hub'>) => Promise<Order['boxes'][number]['secret'] | undefined>;
  readonly onPlan: (cart: Id<'cart'>) => void;
}

/** Why ports are not switched though a plan is there, or what went wrong with some. */
export interface ConductTrouble {
  readonly code: 'unguarded' | 'refused' | 'silent';
  readonly bay?: number;
  readonly detail?: string;
}

export interface Conductor {
  /** The plan in force. */
  plan(cart: Id<'cart'>): Plan | undefined;
  troubles(cart: Id<'cart'>): readonly ConductTrouble[];
  /** Now rather than at the next minute: a setting changed, a box is back. */
  hurry(): void;
  /** Stops looking. What is off stays in the watchman's hands. */
  close(): void;
}

const LOOK_MS = 60_000;

export function createConductor(deps: ConductorDeps): Conductor {
  const { pool, guard, timers, log } = deps;
  const plans = new Map<string, Plan>();
  const troubles = new Map<string, ConductTrouble[]>();
  /** Ports this run has switched off: on again as soon as no plan wants them off. */
  const off = new Map<string, { readonly hub: Id<'hub'>; readonly port: number }>();
  let seq = 0;
  let closed = false;
  let turn: Promise<void> = Promise.resolve();
  let cancel = (): void => undefined;

  const orderOf = async (all: readonly Conducted[], now: number): Promise<Order> => {
    seq += 1;
    const boxes: Order['boxes'] = [];
    const steps: Order['steps'] = [];
    let end = now + LOOK_MS;
    for (const one of all) {
      const made = plans.get(one.cart);
      if (!made) continue;
      end = Math.max(end, made.end);
      for (const box of one.boxes) {
        const last = Math.max(
          ...one.boxes.filter(({ firstBay }) => firstBay > box.firstBay).map(({ firstBay }) => firstBay),
          Infinity,
        );
        const mine = one.ports.filter(({ bay }) => bay >= box.firstBay && bay < last);
        const secret = box.link.kind === 'snmp' ? await deps.secret(box.hub) : undefined;
        boxes.push({
          hub: box.hub,
          link: box.link,
          ...(box.serial === undefined ? {} : { serial: box.serial }),
          ...(secret === undefined ? {} : { secret }),
          ports: mine.map(({ bay, on }) => ({ port: bay - box.firstBay + 1, on })),
        });
        for (const { at, bay, on } of made.steps)
          if (mine.some((port) => port.bay === bay))
            steps.push({ at: Math.round(at), hub: box.hub, port: bay - box.firstBay + 1, on });
      }
    }
    return {
      v: 1,
      seq,
      madeAt: Math.round(now),
      end: Math.round(end),
      boxes,
      steps: steps.sort((a, b) => a.at - b.at),
    };
  };

  const note = (cart: Id<'cart'>, trouble: ConductTrouble): void => {
    troubles.set(cart, [...(troubles.get(cart) ?? []), trouble]);
    log.warn('charging.trouble', { cart, code: trouble.code, bay: trouble.bay, detail: trouble.detail });
  };

  const put = async (
    cart: Id<'cart'>,
    hub: Id<'hub'>,
    port: number,
    bay: number,
    on: boolean,
  ): Promise<void> => {
    const said = await pool.switchPort(hub, port, on);
    const key = `${hub} ${String(port)}`;
    if (said.outcome === 'done') {
      if (on) off.delete(key);
      else off.set(key, { hub, port });
    } else if (said.outcome === 'refused') note(cart, { code: 'refused', bay, detail: said.code });
    else if (said.outcome === 'silent') note(cart, { code: 'silent', bay, detail: said.why });
    else if (on) off.delete(key);
  };

  const carryOut = async (all: readonly Conducted[], guarded: boolean, now: number): Promise<void> => {
    const wanted = all.flatMap((one) =>
      one.ports.map(({ bay, on }) => {
        const box = [...one.boxes]
          .sort((a, b) => b.firstBay - a.firstBay)
          .find(({ firstBay }) => firstBay <= bay);
        const step = plans
          .get(one.cart)
          ?.steps.filter((each) => each.bay === bay && each.at <= now + 1_000)
          .at(-1);
        return { cart: one.cart, box, bay, was: on, on: guarded ? (step?.on ?? on) : true };
      }),
    );
    for (const one of [...wanted].sort((a, b) => Number(a.on) - Number(b.on)))
      if (one.box && one.on !== one.was && !closed)
        await put(one.cart, one.box.hub, one.bay - one.box.firstBay + 1, one.bay, one.on);
    // What was switched off and has no plan any more: the cart no longer stays here, a box was moved.
    const planned = new Set(
      wanted.flatMap(({ box, bay }) => (box ? [`${box.hub} ${String(bay - box.firstBay + 1)}`] : [])),
    );
    for (const [key, { hub, port }] of off)
      if (!planned.has(key) && !closed) {
        await pool.switchPort(hub, port, true);
        off.delete(key);
      }
  };

  const look = async (): Promise<void> => {
    if (closed) return;
    const now = timers.now();
    const all = deps.conducted();
    for (const cart of plans.keys()) if (!all.some((one) => one.cart === cart)) plans.delete(cart);
    troubles.clear();
    for (const one of all)
      plans.set(
        one.cart,
        plan({
          now,
          ports: one.ports,
          ...one.ask,
          ...(one.ceilingMa === undefined ? {} : { ceilingW: portWatts(one.ceilingMa, one.supply) }),
        }),
      );
    const quiet = all.every(
      (one) => (plans.get(one.cart)?.steps.length ?? 0) === 0 && one.ports.every(({ on }) => on),
    );
    // A watchman is only there for what is off, or will be.
    const guarded = quiet && guard.pid === undefined ? true : await guard.hand(await orderOf(all, now));
    if (!guarded) for (const one of all) note(one.cart, { code: 'unguarded' });
    await carryOut(all, guarded, now);
    for (const one of all) deps.onPlan(one.cart);
  };

  const again = (): void => {
    cancel();
    if (closed) return;
    cancel = timers.after(LOOK_MS, again);
    turn = turn.then(look).catch((error: unknown) => {
      log.error('charging.failed', { error: error instanceof Error ? error.name : 'unknown' });
    });
  };
  again();

  return {
    plan: (cart) => plans.get(cart),
    troubles: (cart) => troubles.get(cart) ?? [],
    hurry: again,
    close() {
      closed = true;
      cancel();
      guard.close();
    },
  };
}
