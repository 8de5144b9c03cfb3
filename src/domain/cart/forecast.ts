/**
 * What will be: when a device is full, how many minutes of use it has at the bell, what to do the evening before
 * (docs/charging.md). Made of evidence and of the device's own past; every number comes with its low and high.
 */
import { leftByPower, minutesToFull, remainingAfter, TAPER_PART, taperWh } from './charger';
import { instantOf } from './evidence';
import { assumedBy, habitOf, needWh, needWhUnheard } from './history';
import type { BayState } from './bay';
import type { Curve } from './charger';
import type { DeviceHistory, Estimate, Habit } from './history';
import type { Id } from '../id';
import type { PlacedDevice } from './panel';
import type { Rest } from './put-away';

/** `measured`: a port or the device says it now. `habit`: from this device's past. `model`: from others, or nobody's past. */
export type ForecastBasis = 'measured' | 'habit' | 'model';

/** A number with the bounds that nine in ten stay within. */
export interface Spread {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** UTC ISO instants; `low` is the earliest. */
export interface InstantSpread {
  readonly value: string;
  readonly low: string;
  readonly high: string;
}

/** Why, as a code that the screen turns into a sentence. */
export type ForecastReason =
  /** A port measures a charge that goes on. */
  | 'charging'
  /** A port, or the device, says that it is full. */
  | 'full'
  /** The device said its level, and is plugged. */
  | 'level'
  /** Somebody said that it was put away plugged. */
  | 'putAway'
  /** A plan switched its port off, and will switch it on again. */
  | 'held'
  /** Its port is off, and no plan of this computer says why. */
  | 'portOff'
  /** It is not plugged: what it has now is all it will have. */
  | 'unplugged'
  | 'fault'
  | 'notReturned'
  | 'nothingKnown';

export interface DeviceForecast {
  readonly device: Id<'device'>;
  readonly number: number;
  readonly bay: number;
  /** Minutes of use from the bell on; null where nothing can be said. */
  readonly minutesAtBell: Spread | null;
  /** Level at the bell, 0 to 100; null where nothing can be said. */
  readonly percentAtBell: Spread | null;
  /** Null where it is full, or will not charge, or nothing can be said. */
  readonly fullAt: InstantSpread | null;
  readonly basis: ForecastBasis;
  readonly because: ForecastReason;
}

/**
 * `plug`: plug it. `putBack`: it never came back. `turnOn`: its port is off. `otherPort`: its place does not charge. `look`:
 * nothing is known of it. `replace`: it charges, and will not last all the same: another one is needed.
 */
export type EveningGesture = 'plug' | 'putBack' | 'turnOn' | 'otherPort' | 'look' | 'replace';

/** One line of « ce soir » : the same gesture for these devices. */
export interface EveningLine {
  readonly gesture: EveningGesture;
  readonly devices: readonly Pick<DeviceForecast, 'device' | 'number' | 'bay' | 'minutesAtBell'>[];
}

export interface CartForecast {
  /** UTC ISO instant of the bell this speaks of. */
  readonly bell: string;
  /** How long the devices must last from the bell on, minutes. */
  readonly wantedMinutes: number;
  readonly devices: readonly DeviceForecast[];
  /** Devices that will last `wantedMinutes` by their low bound. */
  readonly lasting: number;
  readonly evening: readonly EveningLine[];
}

/** A charge that goes on, as the poste that reads the port has followed it. */
export interface ChargeUnderWay {
  /** UTC ISO instant at which it began. */
  readonly since: string;
  /** Level at its beginning, 0 to 100, where somebody said it. */
  readonly from?: number;
  /** Minutes of use since the charge before it, where lessons knew them. */
  readonly used?: number;
  /** Watt-hours given since, at the port. */
  readonly wh: number;
  /** Minutes with power. */
  readonly minutes: number;
  /** Power over the last minutes, or the last minutes in which its port gave any. */
  readonly nowW: number;
  /** How long its port has given none: it lives on its battery meanwhile. */
  readonly offMinutes?: number;
  /** Power while the battery took all it could; absent until ten minutes have been seen. */
  readonly plateauW?: number;
  /** Its power is low and no longer falls: it is full, though the port does not say so. */
  readonly settled?: true;
}

export interface ForecastDevice extends PlacedDevice {
  readonly state: BayState;
  readonly rest?: Rest | undefined;
  readonly history?: DeviceHistory | undefined;
  readonly underWay?: ChargeUnderWay | undefined;
  /** The plan of this computer holds its port off until then, UTC ISO. */
  readonly heldUntil?: string | undefined;
}

export interface ForecastInput {
  readonly devices: readonly ForecastDevice[];
  /** Histories of the whole school, for what is said of a model. */
  readonly known: readonly DeviceHistory[];
  /** Next booking of the cart, else the hour at which it is wanted (UTC ISO). */
  readonly bell: string;
  /** Default 50: a lesson. */
  readonly wantedMinutes?: number;
}

/** Nine in ten of a normal error are within so many standard deviations. */
const NINE_IN_TEN = 1.645;
/** The gauge of a device, told a moment ago. Points of percentage, one standard deviation. */
const GAUGE_POINTS = 2;
/** Asleep and not plugged. Points of percentage an hour, and how sure that is. */
const STANDBY_AN_HOUR = 0.7;
/** The same for a plan, which has to be prudent: it wakes now and then. */
const IDLE_AN_HOUR = 1.4;
/** A lesson ends before the device switches itself off. Points of percentage. */
const RESERVE = 5;
/** A full battery that stays plugged is topped up by its own circuit: never far from full. */
const FULL_AT_LEAST = 96;
/** A level said so long before the device was put away no longer tells. Hours. */
const LEVEL_HOLDS_HOURS = 6;
export const LESSON_MINUTES = 50;

/** How far off the falling power may be about what is left: an awake screen draws too. Part of the end's watt-hours. */
const TOLD_DOUBT = 0.07;

/** What a charge draws in its first moments, while charger and battery agree on it, tells nothing. Minutes. */
export const STARTED_MINUTES = 3;

/** Less is no charge: what a meter shows of an idle port. Watts. */
const LEAST_W = 0.5;
/** Nothing is foreseen further ahead. Minutes. */
const FURTHEST = 7 * 24 * 60;

const HOUR = 3_600_000;
const MINUTE = 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const curveOf = ({ plateauW, fall }: Habit): Curve => ({ plateauW: plateauW.value, fall });
const off = ({ value, spread }: Estimate): number => value * spread;

/** What a battery still takes, with one standard deviation, and from when on. */
interface Needing {
  readonly remainingWh: number;
  readonly deviation: number;
  /** Milliseconds since the epoch; the charge goes on from there without a break. */
  readonly from: number;
  readonly curve: Curve;
}

function byLevel(habit: Habit, percent: number): Pick<Needing, 'remainingWh' | 'deviation'> {
  const need = needWh(habit, percent);
  return { remainingWh: need.value, deviation: off(need) };
}

function byUse(habit: Habit, used: number | undefined): Pick<Needing, 'remainingWh' | 'deviation'> {
  const need = needWhUnheard(habit, used);
  return { remainingWh: need.value, deviation: off(need) };
}

/** A charge that is followed: what it was to take, less what it took; near its end the falling power knows better. */
function ofUnderWay(habit: Habit, charge: ChargeUnderWay, now: number): Needing {
  const said = curveOf(habit);
  const whole = charge.from === undefined ? byUse(habit, charge.used) : byLevel(habit, charge.from);
  const byEnergy = whole.remainingWh - charge.wh;
  const tonight = Math.max(charge.plateauW ?? 0, charge.nowW);
  // Tonight's power counts more than the past's (another cable, a warm cart), unless it only ever saw the end of a charge.
  const onlyTheEnd =
    tonight < TAPER_PART * said.plateauW && whole.remainingWh - whole.deviation < taperWh(said);
  const plateauW = tonight >= LEAST_W && !onlyTheEnd ? tonight : said.plateauW;
  const curve = { ...said, plateauW };
  const end = taperWh(curve);
  const told = leftByPower(curve, charge.nowW);
  if (told === undefined)
    // It still takes all it can: the end has not begun.
    return { remainingWh: Math.max(byEnergy, end), deviation: whole.deviation, from: now, curve };
  // Far from the end by all that is known, less power is heat or cold: it will take longer at that.
  if (byEnergy - 2 * whole.deviation > end) {
    const slower = { ...curve, plateauW: Math.max(charge.nowW, 0.2 * plateauW, LEAST_W) };
    return { remainingWh: byEnergy, deviation: whole.deviation, from: now, curve: slower };
  }
  const doubt = TOLD_DOUBT * end;
  const weight = whole.deviation ** 2 / (whole.deviation ** 2 + doubt ** 2);
  return {
    remainingWh: Math.max(0, weight * told.wh + (1 - weight) * Math.min(byEnergy, end)),
    deviation: Math.sqrt(1 / (1 / doubt ** 2 + 1 / whole.deviation ** 2)),
    from: now,
    curve,
  };
}

/** What a device still takes, for the plan. `fallen`: its power fell because it is nearly full; `ending`: it does so now, and will not rise again. */
export function chargeNeed(
  habit: Habit,
  known: {
    readonly underWay?: ChargeUnderWay | undefined;
    readonly percent?: number | undefined;
    readonly used?: number | undefined;
    /** Without power since the level was said, or since its port was switched off. */
    readonly idleMinutes?: number | undefined;
  },
  now: number,
): Omit<Needing, 'from'> & { readonly ending: boolean; readonly fallen: boolean } {
  const { underWay, percent, used, idleMinutes = 0 } = known;
  const idle = underWay ? (underWay.offMinutes ?? 0) : idleMinutes;
  const lost = (habit.capacityWh.value * IDLE_AN_HOUR * idle) / 6_000;
  const idled = ({ remainingWh, deviation }: Pick<Needing, 'remainingWh' | 'deviation'>) => ({
    remainingWh: Math.min(habit.capacityWh.value, remainingWh + lost),
    deviation: Math.hypot(deviation, lost / 2),
  });
  if (underWay) {
    const need = ofUnderWay(habit, underWay, now);
    const fallen =
      leftByPower(need.curve, underWay.nowW) !== undefined &&
      need.remainingWh < taperWh(need.curve) &&
      underWay.minutes > STARTED_MINUTES;
    return { ...idled(need), curve: need.curve, ending: fallen && idle < 2, fallen };
  }
  const whole = percent === undefined ? byUse(habit, used) : byLevel(habit, percent);
  return { ...idled(whole), curve: curveOf(habit), ending: false, fallen: false };
}

/** When it will be full, in milliseconds since the epoch. */
function fullSpread(need: Needing, habit: Habit): { value: number; low: number; high: number } {
  const minutes = minutesToFull(need.curve, need.remainingWh);
  const byNeed = minutesToFull(need.curve, need.remainingWh + need.deviation) - minutes;
  const steady = (Math.max(0, need.remainingWh - taperWh(need.curve)) / need.curve.plateauW) * 60;
  const deviation = Math.hypot(
    byNeed,
    steady * Math.max(0.02, habit.plateauW.spread / 2),
    (minutes - steady) * habit.fallSpread,
  );
  const at = (extra: number): number => need.from + Math.min(FURTHEST, Math.max(0, minutes + extra)) * MINUTE;
  return { value: at(0), low: at(-NINE_IN_TEN * deviation), high: at(NINE_IN_TEN * deviation) };
}

/** The level at `when` of a battery that charges from `need.from` on. */
function levelAt(need: Needing, habit: Habit, when: number): Spread {
  const minutes = Math.max(0, when - need.from) / MINUTE;
  const at = (remainingWh: number): number => {
    const left = remainingAfter(need.curve, Math.max(0, remainingWh), minutes);
    return Math.min(100, Math.max(0, 100 - (left / habit.capacityWh.value) * 100));
  };
  const doubt = NINE_IN_TEN * need.deviation;
  return {
    value: at(need.remainingWh),
    low: at(need.remainingWh + doubt),
    high: at(need.remainingWh - doubt),
  };
}

function minutesOf(percent: Spread, habit: Habit): Spread {
  const { value, spread } = habit.usePerHour;
  const lasting = (level: number, rate: number): number =>
    Math.round((Math.max(0, level - RESERVE) / Math.max(1, rate)) * 60);
  return {
    value: lasting(percent.value, value),
    low: lasting(percent.low, value * (1 + NINE_IN_TEN * spread)),
    high: lasting(percent.high, value * Math.max(0.4, 1 - NINE_IN_TEN * spread)),
  };
}

type Said = Pick<DeviceForecast, 'minutesAtBell' | 'percentAtBell' | 'fullAt' | 'basis' | 'because'>;

const nothing = (because: ForecastReason, basis: ForecastBasis = 'model'): Said => ({
  minutesAtBell: null,
  percentAtBell: null,
  fullAt: null,
  basis,
  because,
});

function charging(
  need: Needing,
  habit: Habit,
  bell: number,
  basis: ForecastBasis,
  because: ForecastReason,
): Said {
  const full = fullSpread(need, habit);
  const percentAtBell = levelAt(need, habit, bell);
  return {
    fullAt: { value: iso(full.value), low: iso(full.low), high: iso(full.high) },
    percentAtBell,
    minutesAtBell: minutesOf(percentAtBell, habit),
    basis,
    because,
  };
}

/** What it has is all it will have. */
function resting(
  percent: number,
  heard: number,
  habit: Habit,
  bell: number,
  said: Omit<Said, 'minutesAtBell' | 'percentAtBell' | 'fullAt'>,
): Said {
  const lost = (Math.max(0, bell - heard) / HOUR) * STANDBY_AN_HOUR;
  const at = (level: number): number => Math.min(100, Math.max(0, level));
  const percentAtBell = {
    value: at(percent - lost),
    low: at(percent - GAUGE_POINTS - 2 * lost),
    high: at(percent + GAUGE_POINTS),
  };
  return { ...said, percentAtBell, minutesAtBell: minutesOf(percentAtBell, habit), fullAt: null };
}

/**
 * What one device promises.
 * @param known histories of the school, for those of its model
 * @param bell and `now` in milliseconds since the epoch
 */
export function forecastOf(
  device: ForecastDevice,
  known: readonly DeviceHistory[],
  bell: number,
  now: number,
): Said {
  const { state, rest, history, underWay } = device;
  const siblings = known.filter((one) => one.model !== undefined && one.model === history?.model);
  const learnt = habitOf(history, siblings);
  const habit = underWay?.plateauW === undefined ? learnt : assumedBy(learnt, underWay.plateauW);
  const past: ForecastBasis = habit.source === 'device' ? 'habit' : 'model';
  const power = state.power && !state.power.stale ? state.power.value : undefined;
  const level = state.percent;
  const heard = level ? instantOf(level.at) : 0;

  if (
    power === 'full' ||
    (power === 'charging' && underWay?.settled) ||
    (power === 'attached' && level && !level.stale && level.value >= 99)
  )
    return {
      ...nothing('full', 'measured'),
      percentAtBell: { value: 100, low: FULL_AT_LEAST, high: 100 },
      minutesAtBell: minutesOf({ value: 100, low: FULL_AT_LEAST, high: 100 }, habit),
    };
  if (power === 'fault')
    return level
      ? resting(level.value, heard, habit, bell, { basis: past, because: 'fault' })
      : nothing('fault');
  if (device.heldUntil !== undefined) {
    const from = Math.max(now, instantOf(device.heldUntil));
    const whole = underWay
      ? ofUnderWay(habit, underWay, now)
      : { ...byLevel(habit, level?.value ?? 0), curve: curveOf(habit) };
    return charging({ ...whole, from }, habit, bell, underWay ? 'measured' : past, 'held');
  }
  if (state.portOff && state.power && !state.power.stale)
    return level
      ? resting(level.value, heard, habit, bell, { basis: past, because: 'portOff' })
      : nothing('portOff');
  if (power === 'charging' && underWay)
    return charging(ofUnderWay(habit, underWay, now), habit, bell, 'measured', 'charging');
  // Nothing measures its charge: its own word, then how it was put away.
  const plugged =
    power === 'charging' || power === 'attached' || (power === undefined && rest?.state === 'plugged');
  if (plugged) {
    const since = rest?.state === 'plugged' ? instantOf(rest.since) : heard;
    const tells = level !== null && (heard >= since || since - heard < LEVEL_HOLDS_HOURS * HOUR);
    const whole = tells ? byLevel(habit, level.value) : byUse(habit, undefined);
    const from = tells && heard > since ? heard : since || now;
    return charging(
      { ...whole, from, curve: curveOf(habit) },
      habit,
      bell,
      past,
      tells ? 'level' : 'putAway',
    );
  }
  if (rest?.state === 'missing') return nothing('notReturned');
  if (level && (power !== undefined || rest || !level.stale))
    return resting(level.value, heard, habit, bell, { basis: past, because: 'unplugged' });
  return nothing(power === 'empty' || power === 'idle' || rest ? 'unplugged' : 'nothingKnown');
}

const GESTURES: Partial<Record<ForecastReason, EveningGesture>> = {
  unplugged: 'plug',
  notReturned: 'putBack',
  portOff: 'turnOn',
  fault: 'otherPort',
  nothingKnown: 'look',
};
const GESTURE_ORDER: readonly EveningGesture[] = [
  'plug',
  'turnOn',
  'otherPort',
  'putBack',
  'look',
  'replace',
];

/** What is to be done tonight, so that tomorrow's lesson holds: nothing for a device that will last. */
function eveningOf(devices: readonly DeviceForecast[], wanted: number): EveningLine[] {
  const weak = devices.filter((one) => (one.minutesAtBell?.low ?? 0) < wanted);
  return GESTURE_ORDER.flatMap((gesture) => {
    const those = weak.filter((one) => (GESTURES[one.because] ?? 'replace') === gesture);
    if (those.length === 0) return [];
    return [
      {
        gesture,
        devices: those.map(({ device, number, bay, minutesAtBell }) => ({
          device,
          number,
          bay,
          minutesAtBell,
        })),
      },
    ];
  });
}

/**
 * What a cart promises at the bell, and what to do the evening before.
 * @param now milliseconds since the epoch
 */
export function cartForecast(input: ForecastInput, now: number): CartForecast {
  const bell = instantOf(input.bell);
  const wantedMinutes = input.wantedMinutes ?? LESSON_MINUTES;
  const devices = input.devices.map((one): DeviceForecast => ({
    device: one.device,
    number: one.number,
    bay: one.bay,
    ...forecastOf(one, input.known, bell, now),
  }));
  return {
    bell: input.bell,
    wantedMinutes,
    devices,
    lasting: devices.filter((one) => (one.minutesAtBell?.low ?? -1) >= wantedMinutes).length,
    evening: eveningOf(devices, wantedMinutes),
  };
}
