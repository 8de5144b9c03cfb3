/**
 * Nights under a ceiling, by the product's own code: the poste plans every minute from the rows, and once it is dead its watchman does
 * with what it was handed.
 */
import { habitOf } from '../../../src/domain/cart/history';
import { plan, portWatts } from '../../../src/domain/cart/plan';
import { hearRow, portToPlan } from '../../../src/domain/cart/port-watch';
import { OwnEyes } from '../../../src/main/cart/charging/own-eyes';
import { between } from './charger-model';
import { isSilent, makeTrouble, MISSING_ROWS } from './charger-noise';
import { fluidCould } from './fluid';
import { airOf, beginNight, endNight, forecastNight, minute, openCart, schoolDay } from './nights';
import type { ChargeReading } from '../../../src/domain/cart/evidence';
import type { PlanInput, PlanStep } from '../../../src/domain/cart/plan';
import type { PortWatch } from '../../../src/domain/cart/port-watch';
import type { Order } from '../../../src/main/cart/charging/order';
import type { MeterRow } from './charger-noise';
import type { SimulatedCart } from './nights';

const MINUTE = 60_000;
/** What the best schedule must have left over for a night to count: no plan knows the future, and ports are on or off. */
const SPARED = { part: 0.8, minutes: 45 } as const;
/** What a level is called ready. */
const READY = 0.95;
const RATING_W = { usb5: 12.6, pd20: 60, mains: 65 } as const;
const HUB = 'hub_aaaaaaaaaaaaa';
/** The watchman opens the box and hears its first rows. Minutes. */
const TAKES_OVER_MINUTES = 2;

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
  const watches = heard.map(({ percent, used }): PortWatch => ({
    used,
    ...(percent === undefined ? {} : { level: { percent, at: evening } }),
  }));
  const source = supply === 'bricks' ? 'strip' : 'hub';
  const rowOf = (row: MeterRow, now: number): ChargeReading => {
    const power = row.off ? 'off' : row.finished ? 'full' : 'charging';
    const { currentMa, voltageMv, energyWh, chargingSeconds, off } = row;
    const value = { power, currentMa, voltageMv, energyWh, chargingSeconds, portOff: off } as const;
    return { value, source, at: new Date(now).toISOString() };
  };
  /** Plugged, and nothing measured yet. */
  const readings = new Map(
    devices.map(({ port }, index): [number, ChargeReading] => [
      index,
      { value: { power: 'attached', voltageMv: port.railV * 1_000 }, source, at: '' },
    ]),
  );
  const ask: Pick<PlanInput, 'bookings' | 'readyBy' | 'spare' | 'ceilingW'> = {
    ceilingW,
    bookings,
    readyBy: evening + morning * MINUTE,
    spare,
  };
  let steps: readonly PlanStep[] = [];
  let madeAt = evening;
  let eyes: OwnEyes | undefined;
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
  const nobody = habitOf(undefined, []);
  const placeAt = (index: number) => ({ bay: index + 1, habit: habits[index] ?? nobody });
  /** The poste's. */
  const make = (now: number): void => {
    const ports = heard.flatMap((_, index) => {
      const reading = readings.get(index);
      return reading ? [portToPlan(placeAt(index), watches[index] ?? {}, reading, now)] : [];
    });
    const made = plan({ now, ports, ...ask });
    [steps, madeAt] = [made.steps, now];
    if (made.ports.some(({ words }) => words.some(({ code }) => code === 'turn'))) binding = true;
  };
  /** The watchman's, from the poste's last words and the rows since. */
  const makeAlone = (now: number): void => {
    eyes ??= new OwnEyes(
      {
        ...ask,
        bookings: bookings.map((one) => ({ ...one })),
        places: heard.map((_, index) => ({
          ...placeAt(index),
          hub: HUB,
          port: index + 1,
          watch: watches[index] ?? {},
        })),
      },
      madeAt,
    );
    eyes.hear(
      HUB,
      {
        status: 'answering',
        since: '',
        alerts: [],
        switching: 'perPort',
        ports: [...readings].map(([index, reading]) => ({ port: index + 1, reading })),
      },
      now,
      now,
    );
    const order: Order = {
      v: 1,
      seq: 1,
      madeAt,
      end: now + 1,
      boxes: [],
      steps: [],
      carts: [],
    };
    const next = eyes.plannedAnew(order, now, now);
    if (next) steps = next.steps.map(({ at, port, on: wanted }) => ({ at, bay: port, on: wanted }));
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
    else if (!silent && at >= killedAt + TAKES_OVER_MINUTES) makeAlone(now);
    const due = steps.filter((one) => one.at < now + MINUTE);
    for (const { bay, on: wanted } of due) on[bay - 1] = wanted;
    steps = steps.filter((one) => !due.includes(one));
    let sum = 0;
    for (const [index, one] of heard.entries()) {
      const { watts, row } = minute(one.living, on[index] ?? true, airC, random);
      sum += watts;
      if (silent || random() < MISSING_ROWS) continue;
      const reading = rowOf(row, now + MINUTE);
      readings.set(index, reading);
      if (!alive) continue;
      const { watch, ended } = hearRow(watches[index] ?? {}, reading, now + MINUTE, habits[index] ?? nobody);
      watches[index] = watch;
      one.ended ??= ended;
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
