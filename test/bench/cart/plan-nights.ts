/** Nights under a ceiling: the plan made again every minute by who looks, as the product does, or carried out blindly once the poste is dead. */
import { habitOf } from '../../../src/domain/cart/history';
import { underWay } from '../../../src/domain/cart/charge-track';
import { plan, portWatts } from '../../../src/domain/cart/plan';
import { planPort } from '../../../src/domain/cart/plan-port';
import { between } from './charger-model';
import { isSilent, makeTrouble, MISSING_ROWS } from './charger-noise';
import { fluidCould } from './fluid';
import { airOf, beginNight, endNight, forecastNight, hear, minute, openCart, schoolDay } from './nights';
import type { Plan, PlanStep } from '../../../src/domain/cart/plan';
import type { SimulatedCart } from './nights';

const MINUTE = 60_000;
/** What the best schedule must have left over for a night to count: no plan knows the future, and ports are on or off. */
const SPARED = { part: 0.8, minutes: 45 } as const;
/** What a level is called ready. */
const READY = 0.95;
const RATING_W = { usb5: 12.6, pd20: 60, mains: 65 } as const;

export interface PlannedNight {
  /** Minutes in which the circuit bore more than it may. */
  readonly exceeded: number;
  /** The same within two minutes of the hub's own restart, which switches everything on. */
  readonly exceededByRestart: number;
  /** Devices not ready when they were wanted. */
  readonly late: number;
  /** A fluid schedule could, with something to spare. */
  readonly fluid: boolean;
  /** A fluid schedule could, with nothing to spare: on the edge of what is possible for who knows the future. */
  readonly edge: boolean;
  /** The ceiling held somebody back. */
  readonly binding: boolean;
  readonly killed: boolean;
  /** A port was still off an hour after the last one was wanted. */
  readonly leftOff: number;
  readonly worstLevel: number;
  readonly tightness: number;
}

/** The electricity as it is that night: better than what the plan assumes, by how much nobody knows. */
function mainsMa(
  watts: number,
  supply: 'hub' | 'bricks',
  night: { volts: number; efficiency: number; factor: number },
): number {
  return (watts / night.efficiency / night.volts / night.factor) * 1000;
}

export function plannedNight(cart: SimulatedCart): PlannedNight {
  const { devices, random, roomC, evening } = cart;
  const heard = beginNight(cart);
  const supply = devices.some(({ truth }) => truth.model.supply === 'mains') ? 'bricks' : 'hub';
  const electricity = {
    volts: between(random, 212, 240),
    efficiency: between(random, 0.86, 0.92),
    factor: supply === 'hub' ? between(random, 0.95, 0.99) : between(random, 0.62, 0.95),
  };
  const sumW = devices.reduce((sum, { truth }) => sum + RATING_W[truth.model.supply], 0);
  // From what bears four devices at a time to what bears all of them: 15 tablets are 1 A at the mains, 30 computers 18 A.
  const ceilingW = Math.max(
    4.1 * Math.max(...devices.map(({ truth }) => RATING_W[truth.model.supply])),
    sumW * between(random, 0.12, 1.1),
  );
  const ceilingMa = (ceilingW / portWatts(1000, supply)) * 1000;
  // One night in four the cart is booked again the same evening, whole or by half; otherwise it is wanted at 8:00.
  const morning = 945;
  const evenings =
    random() < 0.25 ? [{ minute: Math.round(between(random, 110, 300)), half: random() < 0.4 }] : [];
  const wantedAt = devices.map((_, at) =>
    Math.min(
      morning,
      ...evenings.filter(({ half }) => !half || at < devices.length / 2).map((one) => one.minute),
    ),
  );
  const bookings = evenings.map(({ minute: at, half }) => ({
    at: evening + at * MINUTE,
    ...(half ? { bays: devices.map((_, index) => index + 1).slice(0, Math.ceil(devices.length / 2)) } : {}),
  }));
  const spare = random() < 0.6;
  const possible = fluidCould(devices, roomC, ceilingW, wantedAt);
  const fluid =
    possible &&
    fluidCould(
      devices,
      roomC,
      SPARED.part * ceilingW,
      wantedAt.map((at) => at - SPARED.minutes),
    );
  const neededWh = devices.reduce(
    (sum, { truth, state }) => sum + ((1 - state.level) * truth.capacityWh) / truth.efficiency,
    0,
  );
  const trouble = makeTrouble(random, morning);
  const killedAt = random() < 0.3 ? between(random, 15, 700) : Number.POSITIVE_INFINITY;
  const habits = devices.map(({ history }) =>
    habitOf(
      history,
      devices.map((one) => one.history).filter((one) => one.model === history.model),
    ),
  );
  const on = devices.map(() => true);
  const fullSince: (number | undefined)[] = devices.map(() => undefined);
  let steps: PlanStep[] = [];
  let current: Plan | undefined;
  let [exceeded, exceededByRestart, late, binding, leftOff, worstLevel, sinceRestart] = [
    0,
    0,
    0,
    false,
    0,
    1,
    99,
  ];
  let airC = roomC;
  const make = (now: number): void => {
    current = plan({
      now,
      ceilingW,
      bookings,
      readyBy: evening + morning * MINUTE,
      spare,
      ports: heard.map((one, index) =>
        planPort(
          { bay: index + 1, state: 'plugged', on: on[index] ?? true },
          habits[index] ?? habitOf(undefined, []),
          {
            ...(one.track ? { underWay: underWay(one.track) } : {}),
            percent: one.percent,
            used: one.used,
            idleMinutes: one.track || on[index] ? 0 : (now - evening) / MINUTE,
            fullSince: fullSince[index],
          },
          RATING_W[one.living.truth.model.supply],
          now,
        ),
      ),
    });
    steps = [...current.steps];
    if (current.ports.some(({ words }) => words.some(({ code }) => code === 'turn'))) binding = true;
  };
  for (let at = 0; at < morning + 60; at += 1) {
    const now = evening + at * MINUTE;
    const alive = at < killedAt;
    const restarts = trouble.restarts.some((one) => one >= at - 1 && one < at);
    sinceRestart = restarts ? 0 : sinceRestart + 1;
    if (restarts)
      for (const [index, one] of heard.entries()) {
        one.living.meter.reset();
        on[index] = true;
      }
    const silent = isSilent(trouble, at);
    if (alive && !silent) make(now);
    // Steps are carried out whether or not the rows are heard; the watchman says its state again every minute.
    if (!alive && sinceRestart === 1 && current)
      for (const [index] of heard.entries()) on[index] = planned(current, index + 1, now, on[index] ?? true);
    while (steps[0] && steps[0].at < now + MINUTE) {
      const next = steps.shift();
      if (next) on[next.bay - 1] = next.on;
    }
    let sum = 0;
    for (const [index, one] of heard.entries()) {
      const { watts, row } = minute(one.living, on[index] ?? true, airC, random);
      sum += watts;
      if (!alive || silent || random() < MISSING_ROWS) continue;
      hear(one, row, now + MINUTE);
      if (row.off) continue;
      const full = row.finished || one.track?.settledAt !== undefined;
      fullSince[index] = full ? (fullSince[index] ?? now) : one.track ? undefined : fullSince[index];
    }
    airC = airOf(roomC, sum, heard.length);
    if (mainsMa(sum, supply, electricity) > ceilingMa) {
      if (sinceRestart <= 1) exceededByRestart += 1;
      else exceeded += 1;
    }
    for (const [index, one] of heard.entries())
      if (wantedAt[index] === at + 1) {
        const { level } = one.living.state;
        worstLevel = Math.min(worstLevel, level);
        if (level < READY) late += 1;
      }
  }
  leftOff = on.filter((one) => !one).length;
  endNight(cart, heard);
  const span = Math.min(...wantedAt) / 60;
  return {
    exceeded,
    exceededByRestart,
    late,
    fluid,
    edge: possible && !fluid,
    binding,
    killed: killedAt < morning,
    leftOff,
    worstLevel,
    tightness: neededWh / (ceilingW * span),
  };
}

/** What the plan has a port do at that moment. */
function planned({ steps, ports }: Plan, bay: number, now: number, before: boolean): boolean {
  const last = steps.filter((one) => one.bay === bay && one.at <= now).at(-1);
  return last?.on ?? (ports.some((one) => one.bay === bay) ? before : true);
}

/** @param warm nights of history before the first that counts */
export function planNights(seed: number, howMany: number, count: number, warm = 4): PlannedNight[] {
  const cart = openCart(seed, count);
  for (let night = 0; night < warm; night += 1) {
    schoolDay(cart);
    forecastNight(cart, night);
  }
  return Array.from({ length: howMany }, () => {
    schoolDay(cart);
    return plannedNight(cart);
  });
}
