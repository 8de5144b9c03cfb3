/**
 * Nights of an invented cart: devices used by day, put away, charged. What is asked of the forecast, and how it is judged, is
 * said in docs/charging.md (« How the forecast is judged »).
 */
import { follow, sinceFull, underWay } from '../../../src/domain/cart/charge-track';
import { forecastOf } from '../../../src/domain/cart/forecast';
import { habitOf, withCharge, withUse } from '../../../src/domain/cart/history';
import { bayState } from '../../../src/domain/cart/bay';
import { seeded } from '../../../src/demo/hub/random';
import { between, makeDevice, makePort, MODELS, step } from './charger-model';
import {
  gaugePercent,
  isSilent,
  LEVEL_HEARD,
  makeGauge,
  makeMeter,
  makeTrouble,
  MeteredPort,
  MISSING_ROWS,
  USE_KNOWN,
} from './charger-noise';
import type { ChargeTrack } from '../../../src/domain/cart/charge-track';
import type { ForecastDevice } from '../../../src/domain/cart/forecast';
import type { DeviceHistory, EndedCharge, UseLine } from '../../../src/domain/cart/history';
import type { Random } from '../../../src/demo/hub/random';
import type { DeviceModel, DeviceState, DeviceTruth, PortTruth } from './charger-model';
import type { Gauge, LineTrouble, MeterRow } from './charger-noise';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Seconds of one step of the truth. */
const STEP = 30;
/** 16:15 to 8:00 the next day. */
const NIGHT_MINUTES = 945;

/** One device, its place, and what is known of it. */
export interface Living {
  readonly truth: DeviceTruth;
  readonly port: PortTruth;
  readonly gauge: Gauge;
  readonly meter: MeteredPort;
  readonly state: DeviceState;
  history: DeviceHistory;
  /** Minutes. */
  usedToday: number;
}

export interface SimulatedCart {
  readonly devices: readonly Living[];
  readonly random: Random;
  /** Air in the room where it stands, °C. */
  readonly roomC: number;
  /** Milliseconds since the epoch: the evening that comes. */
  evening: number;
}

/** A cart as schools have them: one model, or two bought in different years. */
export function openCart(seed: number, count: number, models?: readonly DeviceModel[]): SimulatedCart {
  const random = seeded(seed * 2_654_435 + 17);
  const pick = (): DeviceModel => MODELS[Math.floor(random() * MODELS.length)] ?? (MODELS[0] as DeviceModel);
  const first = pick();
  const second = random() < 0.3 ? pick() : first;
  const of = models ?? Array.from({ length: count }, (_, at) => (at < count / 2 ? first : second));
  const devices = of.map((model): Living => {
    const truth = makeDevice(model, random);
    return {
      truth,
      port: makePort(model, random),
      gauge: makeGauge(random),
      meter: new MeteredPort(makeMeter(random), random),
      state: {
        level: between(random, 0.3, 1),
        done: false,
        celsius: 20,
        awakeSeconds: 0,
        awakeW: 0,
        tooWarm: false,
      },
      history: { model: model.name, charges: [], uses: [] },
      usedToday: 0,
    };
  });
  return { devices, random, roomC: between(random, 15, 25), evening: Date.parse('2026-09-07T14:15:00.000Z') };
}

const percentOf = (living: Living, random: Random): number =>
  gaugePercent(living.gauge, living.state.level, random);

/** A school day: some devices are used for one to three lessons, some stay in the cart. */
export function schoolDay({ devices, random, evening }: SimulatedCart): void {
  const lessons = Math.floor(between(random, 0, 4));
  for (const living of devices) {
    const { truth, state } = living;
    state.done = false;
    const minutes = lessons === 0 || random() < 0.1 ? 0 : lessons * between(random, 25, 50);
    const watts = truth.model.useW * between(random, 0.75, 1.2) + truth.standbyW;
    const before = percentOf(living, random);
    // It switches itself off before it is empty.
    const possible = Math.max(0, ((state.level - 0.03) * truth.capacityWh * 60) / watts);
    const used = Math.min(minutes, possible);
    state.level -= (watts * used) / 60 / truth.capacityWh;
    state.level = Math.max(0.02, state.level - (truth.standbyW * 6) / truth.capacityWh);
    living.usedToday = Math.round(used);
    if (used >= 10) {
      const use: UseLine = {
        at: new Date(evening - 60 * MINUTE).toISOString(),
        from: before,
        to: percentOf(living, random),
        minutes: Math.round(used),
      };
      living.history = withUse(living.history, use);
    }
  }
}

export interface Heard {
  readonly living: Living;
  /** Level said before it was put away; absent where nobody heard it. */
  readonly percent: number | undefined;
  /** Its usual plateau, as its history has it. */
  readonly usualW: number | undefined;
  /** Minutes of use of the day, where lessons knew them. */
  readonly used: number | undefined;
  /** When its port, or its power, said that it was full, milliseconds since the epoch. */
  fullSince: number | undefined;
  track: ChargeTrack | undefined;
  ended: EndedCharge | undefined;
  row: MeterRow | undefined;
}

/** One minute of the truth for one port. */
export function minute(
  living: Living,
  on: boolean,
  airC: number,
  random: Random,
): { watts: number; row: MeterRow } {
  let wattSum = 0;
  let row: MeterRow | undefined;
  const steps = 60 / STEP;
  for (let part = 0; part < steps; part += 1) {
    const watts = step(living.truth, living.port, living.state, on, airC, STEP, random);
    wattSum += watts;
    row = living.meter.read(watts, living.port.railV, on, STEP);
  }
  return { watts: wattSum / steps, row: row as MeterRow };
}

const WATTS = (row: MeterRow): number => (row.currentMa * row.voltageMv) / 1_000_000;

function hear(heard: Heard, row: MeterRow, at: number): void {
  heard.row = row;
  const state = row.off ? 'off' : row.finished ? 'full' : 'charging';
  const followed = follow(
    heard.track,
    { at, state, watts: WATTS(row), energyWh: row.energyWh, seconds: row.chargingSeconds },
    heard.ended
      ? {
          usualW: heard.usualW,
          percent: heard.fullSince === undefined ? undefined : sinceFull(heard.fullSince, at),
        }
      : heard,
  );
  heard.track = followed.track;
  heard.ended ??= followed.ended;
  if (state === 'full' || followed.track?.settledAt !== undefined) heard.fullSince ??= at;
}

/** Warm by what is charged beside it in a closed container. */
export const airOf = (roomC: number, watts: number, count: number): number =>
  roomC + Math.min(9, (watts / count) * 0.3);

/** What was known at a minute; the question is put afterwards, at the minutes that count, as it would have been then. */
interface Known {
  readonly minute: number;
  readonly track: ChargeTrack | undefined;
  readonly row: MeterRow;
}
interface Judged {
  /** Minutes from plugged to full. */
  readonly took: number;
  /** Error of the forecast at each of the moments, as a part of the whole charge. */
  readonly errors: readonly number[];
  /** The same, as a part of what was still to go. */
  readonly ofRemaining: readonly number[];
  readonly levelHeard: boolean;
  readonly night: number;
  readonly model: string;
  readonly index: number;
}

/** When the forecast is asked, as parts of the true charge: unknown to it, and to whoever asks. */
export const ASKED_AT = [0.1, 0.25, 0.5, 0.75] as const;
/** A charge shorter than this is a top-up: nobody asks when it will be over. Minutes. */
export const ASKED_FROM_MINUTES = 45;

function ask(
  history: DeviceHistory,
  { track, row }: Known,
  known: readonly DeviceHistory[],
  now: number,
): number | undefined {
  const reading = {
    source: 'hub' as const,
    at: new Date(now).toISOString(),
    value: { power: 'charging' as const, currentMa: row.currentMa },
  };
  const device: ForecastDevice = {
    device: 'device_aaaaaaaaaaaaa',
    number: 1,
    bay: 1,
    state: bayState(1, [reading], now),
    history,
    ...(track ? { underWay: underWay(track) } : {}),
  };
  const { fullAt } = forecastOf(device, known, now + DAY, now);
  return fullAt ? Date.parse(fullAt.value) : undefined;
}

/** What is known of each device when it is put away. */
export function beginNight({ devices, random }: SimulatedCart): Heard[] {
  return devices.map((living): Heard => {
    living.meter.reset();
    const percent = random() < LEVEL_HEARD ? percentOf(living, random) : undefined;
    const { plateauW, plateauSeen } = habitOf(living.history, []);
    const usualW = plateauSeen ? plateauW.value : undefined;
    const used = random() < USE_KNOWN ? living.usedToday : undefined;
    return {
      living,
      percent,
      usualW,
      used,
      fullSince: undefined,
      track: undefined,
      ended: undefined,
      row: undefined,
    };
  });
}

/** History takes what ended; the next evening comes. */
export function endNight(cart: SimulatedCart, heard: readonly Heard[]): void {
  for (const { living, ended } of heard) if (ended) living.history = withCharge(living.history, ended);
  cart.evening += DAY;
}

/** One night with every port on: what was forecast, minute after minute, against what happened. */
export function forecastNight(cart: SimulatedCart, night: number): Judged[] {
  const { devices, random, roomC, evening } = cart;
  const trouble: LineTrouble = makeTrouble(random, NIGHT_MINUTES);
  const known = devices.map(({ history }) => history);
  const heard = beginNight(cart);
  const asked = heard.map((): Known[] => []);
  const fullAfter = heard.map((): number | undefined => undefined);
  let airC = roomC;
  for (let at = 1; at <= NIGHT_MINUTES; at += 1) {
    const now = evening + at * MINUTE;
    const restarts = trouble.restarts.some((one) => one >= at - 1 && one < at);
    let sum = 0;
    for (const [index, one] of heard.entries()) {
      if (restarts) one.living.meter.reset();
      const { watts, row } = minute(one.living, true, airC, random);
      sum += watts;
      if (one.living.state.done && fullAfter[index] === undefined) fullAfter[index] = at;
      if (isSilent(trouble, at) || random() < MISSING_ROWS) continue;
      hear(one, row, now);
      if (fullAfter[index] === undefined) asked[index]?.push({ minute: at, track: one.track, row });
    }
    airC = airOf(roomC, sum, heard.length);
    if (heard.every((one) => one.ended)) break;
  }
  const judged = heard.flatMap((one, index): Judged[] => {
    const took = fullAfter[index];
    if (took === undefined || took < ASKED_FROM_MINUTES) return [];
    const errors: number[] = [];
    const ofRemaining: number[] = [];
    for (const part of ASKED_AT) {
      const moment = asked[index]?.find((each) => each.minute >= part * took);
      const fullAt =
        moment && ask(known[index] as DeviceHistory, moment, known, evening + moment.minute * MINUTE);
      const said = fullAt === undefined ? Number.POSITIVE_INFINITY : (fullAt - evening) / MINUTE;
      errors.push((said - took) / took);
      ofRemaining.push((said - took) / Math.max(1, took - (moment?.minute ?? took)));
    }
    return [
      {
        took,
        errors,
        ofRemaining,
        levelHeard: one.percent !== undefined,
        night,
        model: one.living.truth.model.name,
        index,
      },
    ];
  });
  endNight(cart, heard);
  return judged;
}

export const nights = (seed: number, howMany: number, count = 15): Judged[] => {
  const cart = openCart(seed, count);
  const all: Judged[] = [];
  for (let night = 0; night < howMany; night += 1) {
    schoolDay(cart);
    all.push(...forecastNight(cart, night));
  }
  return all;
};
