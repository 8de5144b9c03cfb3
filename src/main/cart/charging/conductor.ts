/**
 * Carries the plan of one computer out: every minute a new plan from what is measured, first into the watchman's hands, then onto
 * the ports. Nothing goes off before the watchman has said that it holds the plan; what has no plan is switched on.
 */
import { portWatts, plan, type Plan, type PlanInput, type PlanPort } from '../../../domain/cart/plan';
import type { Habit } from '../../../domain/cart/history';
import type { PortWatch } from '../../../domain/cart/port-watch';
import { isId, type Id } from '../../../domain/id';
import type { Logger } from '../../capability';
import type { ChargeSource, SourcePool } from '../sources/port';
import type { Timers } from '../timers';
import { createGiveBack, type GiveBackDeps } from './give-back';
import { keyOf, type OffPort } from './off-note';
import type { Guard } from './guard';
import { briefly } from './order-cart';
import type { Order } from './order';

/** One box of a cart that stays with this computer. */
export interface ConductedBox {
  readonly hub: Id<'hub'>;
  readonly link: Order['boxes'][number]['link'];
  readonly serial?: string | undefined;
}

/** A place, and what switches it: two boxes may speak of one place, and one of them be read only. */
export interface ConductedPort extends PlanPort {
  readonly hub: Id<'hub'>;
  readonly port: number;
  readonly habit: Habit;
  readonly watch: PortWatch;
}

/** One cart that stays with this computer, as it is now. */
export interface Conducted {
  readonly cart: Id<'cart'>;
  readonly boxes: readonly ConductedBox[];
  readonly ceilingMa?: number | undefined;
  readonly supply: 'hub' | 'bricks';
  readonly ports: readonly ConductedPort[];
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
  /** What may be off, kept through everything. */
  readonly note: GiveBackDeps['note'];
  readonly sameBox: GiveBackDeps['sameBox'];
  readonly feedsPoint: GiveBackDeps['feedsPoint'];
  readonly openBox: (port: OffPort, secret: Order['boxes'][number]['secret']) => ChargeSource;
}

/** Why ports are not switched though a plan is there, or what went wrong with some. */
export interface ConductTrouble {
  readonly code: 'unguarded' | 'refused' | 'silent' | 'onBattery';
  readonly bay?: number;
  readonly detail?: string;
}

export interface Conductor {
  /** The plan in force. */
  plan(cart: Id<'cart'>): Plan | undefined;
  troubles(cart: Id<'cart'>): readonly ConductTrouble[];
  /** Now rather than at the next minute: a setting changed, a box is back. */
  hurry(): void;
  /**
   * Nothing may be off from now on, whatever the plan: the computer runs on its battery, or is about to sleep. Resolves when every
   * port that answers was told.
   */
  free(why: 'onBattery' | 'asleep'): Promise<void>;
  /** The plan holds again. */
  hold(why: 'onBattery' | 'asleep'): void;
  /** Stops looking. What is off stays in the watchman's hands. */
  close(): void;
}

const LOOK_MS = 60_000;
/** A clock that is put back makes no wait longer than what stands between two chargers. Milliseconds. */
const LONGEST_WAIT_MS = 2_000;

const ceilingOf = ({ ceilingMa, supply }: Conducted): Pick<PlanInput, 'ceilingW'> =>
  ceilingMa === undefined ? {} : { ceilingW: portWatts(ceilingMa, supply) };

export function createConductor(deps: ConductorDeps): Conductor {
  const { pool, guard, timers, log } = deps;
  const plans = new Map<string, Plan>();
  const troubles = new Map<string, ConductTrouble[]>();
  const freed = new Set<'onBattery' | 'asleep'>();
  /** What opened a strip: known when its document, and what was kept with it, are gone. */
  const secrets = new Map<string, Order['boxes'][number]['secret']>();
  let seq = 0;
  /** Asked for so far: whoever waits within one gives way to the next. */
  let looks = 0;
  let closed = false;
  let turn: Promise<void> = Promise.resolve();
  let cancel = (): void => undefined;

  const madeOf = (one: Conducted): Order['carts'][number] => {
    const { bookings, readyBy, window, spare } = one.ask;
    return {
      ...ceilingOf(one),
      bookings: bookings.map(({ at, bays }) => ({ at, ...(bays ? { bays: [...bays] } : {}) })),
      readyBy,
      spare,
      ...(window ? { window: { ...window } } : {}),
      places: one.ports.map(({ hub, port, bay, habit, watch, heat }) => ({
        hub,
        port,
        bay,
        habit: briefly(habit),
        watch,
        ...(heat?.by === 'device' ? { celsius: heat.celsius } : {}),
      })),
    };
  };

  const orderOf = async (all: readonly Conducted[], now: number): Promise<Order> => {
    seq += 1;
    const boxes: Order['boxes'] = [];
    const steps: Order['steps'] = [];
    const carts: Order['carts'] = [];
    let end = now + LOOK_MS;
    const free = freed.size > 0;
    for (const one of all) {
      const made = plans.get(one.cart);
      if (!made) continue;
      if (!free) {
        end = Math.max(end, made.end);
        carts.push(madeOf(one));
      }
      for (const box of one.boxes) {
        const mine = one.ports.filter(({ hub }) => hub === box.hub);
        const secret = box.link.kind === 'snmp' ? await deps.secret(box.hub) : undefined;
        if (secret !== undefined) secrets.set(box.hub, secret);
        boxes.push({
          hub: box.hub,
          link: box.link,
          ...(box.serial === undefined ? {} : { serial: box.serial }),
          ...(secret === undefined ? {} : { secret }),
          ports: mine.map(({ port, on }) => ({ port, on: free || on })),
        });
        const portAt = new Map(mine.map(({ bay, port }) => [bay, port]));
        for (const { at, bay, on } of made.steps) {
          const port = portAt.get(bay);
          if (!free && port !== undefined) steps.push({ at: Math.round(at), hub: box.hub, port, on });
        }
      }
    }
    return {
      v: 1,
      seq,
      madeAt: Math.round(now),
      end: Math.round(end),
      boxes,
      steps: steps.sort((a, b) => a.at - b.at),
      carts,
    };
  };

  const note = (cart: Id<'cart'>, trouble: ConductTrouble): void => {
    troubles.set(cart, [...(troubles.get(cart) ?? []), trouble]);
    log.warn('charging.trouble', { cart, code: trouble.code, bay: trouble.bay, detail: trouble.detail });
  };

  const giveBack = createGiveBack({
    ...deps,
    openBox: (port) => deps.openBox(port, secrets.get(port.hub)),
    trouble: ({ hub, port }, said) => {
      log.warn('charging.notGivenBack', { hub, port, outcome: said.outcome });
    },
  });
  /** What that order has off now, or will have. */
  const mayBeOff = ({ boxes, steps }: Order): OffPort[] =>
    boxes.flatMap(({ hub, link, serial, ports }) => {
      const off = new Set([
        ...ports.filter(({ on }) => !on).map(({ port }) => port),
        ...steps.filter((step) => step.hub === hub && !step.on).map(({ port }) => port),
      ]);
      return isId(hub, 'hub')
        ? [...off].map((port) => ({ hub, port, link, ...(serial === undefined ? {} : { serial }) }))
        : [];
    });

  const put = async (cart: Id<'cart'>, { hub, port, bay }: ConductedPort, on: boolean) => {
    const said = await pool.switchPort(hub, port, on);
    if (said.outcome === 'done') giveBack.told({ hub, port }, on);
    else if (said.outcome === 'refused') note(cart, { code: 'refused', bay, detail: said.code });
    else if (said.outcome === 'silent') note(cart, { code: 'silent', bay, detail: said.why });
    return said.outcome;
  };

  /** No plan holds: everything on, each box by itself. A box that is silent is asked once and keeps no other waiting. */
  const allOn = async (all: readonly Conducted[]): Promise<void> => {
    const oneBox = async (cart: Id<'cart'>, ports: readonly ConductedPort[]): Promise<void> => {
      for (const port of ports)
        if (!port.on && (closed || (await put(cart, port, true)) === 'silent')) return;
    };
    await Promise.all(
      all.flatMap(({ cart, boxes, ports }) =>
        boxes.map((box) =>
          oneBox(
            cart,
            ports.filter(({ hub }) => hub === box.hub),
          ),
        ),
      ),
    );
  };

  const carryOut = async (all: readonly Conducted[], now: number): Promise<void> => {
    const wanted = all.flatMap((one) =>
      one.ports.flatMap((port) => {
        const step = plans
          .get(one.cart)
          // What comes before the next look is this one's to do.
          ?.steps.filter((each) => each.bay === port.bay && each.at < now + LOOK_MS)
          .at(-1);
        return step && step.on !== port.on
          ? [{ cart: one.cart, limited: one.ceilingMa !== undefined, port, on: step.on, at: step.at }]
          : [];
      }),
    );
    const asked = looks;
    const silent = new Set<string>();
    /** What should have gone off and is on all the same, in watts, by cart: so much does not come on. */
    const owed = new Map<string, number>();
    for (const { cart, limited, port, on, at } of wanted.sort(
      (a, b) => Number(a.on) - Number(b.on) || a.at - b.at,
    )) {
      // Chargers draw most in their first moments: one after the other. Who waits gives way to a newer plan.
      while (timers.now() < at && !closed) {
        if (looks !== asked) return;
        await new Promise<void>((resolve) =>
          timers.after(Math.min(at - timers.now(), LONGEST_WAIT_MS), resolve),
        );
      }
      if (closed) return;
      const before = owed.get(cart) ?? 0;
      if (on && limited && before > 0) {
        owed.set(cart, before - port.mostW);
        continue;
      }
      const outcome = silent.has(port.hub) ? 'silent' : await put(cart, port, on);
      if (outcome === 'silent') silent.add(port.hub);
      if (!on && outcome !== 'done') owed.set(cart, before + port.mostW);
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
          ...ceilingOf(one),
        }),
      );
    const quiet = all.every(
      (one) => (plans.get(one.cart)?.steps.length ?? 0) === 0 && one.ports.every(({ on }) => on),
    );
    const order = await orderOf(all, now);
    const off = mayBeOff(order);
    const noted = await deps.note.add(off).then(
      () => true,
      () => false,
    );
    // A watchman is only there for what is off, or will be.
    const held = noted && (quiet && guard.pid === undefined ? true : await guard.hand(order));
    const guarded = held && freed.size === 0;
    if (freed.has('onBattery')) for (const one of all) note(one.cart, { code: 'onBattery' });
    else if (!held) for (const one of all) note(one.cart, { code: 'unguarded' });
    await (guarded ? carryOut(all, now) : allOn(all));
    if (!closed) await giveBack.run(new Set(guarded ? off.map(keyOf) : []));
    for (const one of all) deps.onPlan(one.cart);
  };

  const again = (): void => {
    cancel();
    if (closed) return;
    cancel = timers.after(LOOK_MS, again);
    looks += 1;
    turn = turn.then(look).catch((error: unknown) => {
      log.error('charging.failed', { error: error instanceof Error ? error.name : 'unknown' });
    });
  };
  again();

  return {
    async free(why) {
      freed.add(why);
      again();
      await turn;
    },
    hold(why) {
      if (freed.delete(why)) again();
    },
    plan: (cart) => plans.get(cart),
    troubles: (cart) => troubles.get(cart) ?? [],
    hurry: again,
    close() {
      closed = true;
      cancel();
      giveBack.close();
      guard.close();
    },
  };
}
