/**
 * Which port is on when, tonight (docs/charging.md). Rules in order: never over the ceiling; everyone ready for the next booking
 * whenever that can be; full at the end and not long before (batteries age at 100 %); what is too hot or faulty stays off.
 * An open loop: given now, carried out to its end without looking. Whoever can look makes a new one every few minutes.
 */
import { leftAfter, minutesToFull, powerAt, remainingAfter, taperWh, type Curve } from './charger';

/** `box`: the whole of it is too hot. `device`: this battery says so of itself. */
export interface PlanHeat {
  readonly by: 'box' | 'device';
  readonly celsius?: number;
}

/** What is known of one switchable port and of what hangs on it. */
export interface PlanPort {
  readonly bay: number;
  /** `hot`, `fault`: such a port is switched off and stays off until who said so says otherwise. */
  readonly state: 'plugged' | 'away' | 'fault' | 'hot';
  /** Who says `hot`; degrees Celsius where they are told. */
  readonly heat?: PlanHeat;
  readonly on: boolean;
  /** What it may draw at most, whatever happens, watts at the port. */
  readonly mostW: number;
  /** Watt-hours to full by the forecast, and one standard deviation of it. */
  readonly remainingWh: number;
  readonly deviation: number;
  readonly curve: Curve;
  readonly capacityWh: number;
  /** Somebody told its level tonight: only then may it wait below full. */
  readonly levelKnown: boolean;
  /** Measured now, and falling because the battery is nearly full: it will not draw more than this again. Watts. */
  readonly endingW?: number;
  /** Measured now, at any moment of its charge. Watts. */
  readonly nowW?: number;
  /** Without power since, minutes. */
  readonly offMinutes?: number;
  /** It has waited below full long enough, or came on so that its end is seen: it is charged until it says that it is full. */
  readonly toFull?: boolean;
  /**
   * Its power fell tonight, or it was said to be full, and its own charges told how it ends: what it draws follows from what is
   * left. Otherwise it counts with the most it may draw.
   */
  readonly endSeen?: boolean;
}

/** Instants in milliseconds since the epoch. */
export interface PlanInput {
  readonly now: number;
  readonly ports: readonly PlanPort[];
  /** What the circuit bears, in watts at the ports (`portWatts`); absent: no ceiling. */
  readonly ceilingW?: number;
  /** Next bookings; `bays` absent: the whole cart. */
  readonly bookings: readonly { readonly at: number; readonly bays?: readonly number[] }[];
  /** When everything is wanted full, whatever is booked. */
  readonly readyBy: number;
  /** Charging is put into these hours where that leaves everybody in time. */
  readonly window?: { readonly from: number; readonly to: number };
  /** Stop at full and wait below full, to spare the batteries. */
  readonly spare: boolean;
}

export interface PlanStep {
  readonly at: number;
  readonly bay: number;
  readonly on: boolean;
}

/** Why a port does what it does; the screen makes the sentence. Instants in milliseconds since the epoch. */
export type PlanWord =
  | { readonly code: 'charges'; readonly until: number }
  /** Its turn comes later: the circuit does not bear all at once. */
  | { readonly code: 'turn'; readonly from: number; readonly until: number }
  /** Nearly full already: the rest just before it is wanted. */
  | { readonly code: 'held'; readonly percent: number; readonly from: number }
  /** Waits for the hours in which charging is wanted. */
  | { readonly code: 'window'; readonly from: number }
  /** Full and off, topped up before it is wanted. */
  | { readonly code: 'full'; readonly from: number }
  /** Even so it will not be full in time. */
  | { readonly code: 'late'; readonly percent: number; readonly fullAt: number }
  | { readonly code: 'fault' }
  | ({ readonly code: 'hot' } & Partial<PlanHeat>)
  | { readonly code: 'away' };

export interface PlannedPort {
  readonly bay: number;
  /** When it is wanted: its booking, else `readyBy`. */
  readonly wantedAt: number;
  /** By its prudent estimate. */
  readonly fullAt: number;
  readonly words: readonly PlanWord[];
  /** When it has power, in order, for the timeline. */
  readonly on: readonly { readonly from: number; readonly to: number }[];
}

export interface Plan {
  readonly madeAt: number;
  /** In order of time. The last ones switch everything on that may be. */
  readonly steps: readonly PlanStep[];
  /** From then on everything is on. */
  readonly end: number;
  readonly ports: readonly PlannedPort[];
  /** The most that may be drawn at any moment of it, watts at the ports. */
  readonly mostW: number;
}

const MINUTE = 60_000;
const SLOT_MINUTES = 10;
const SLOT = SLOT_MINUTES * MINUTE;
/** A plan looks so far ahead at most. Hours. */
const HORIZON_HOURS = 36;
/** Prudent: what is planned with takes this many standard deviations more than expected. */
const PRUDENCE = 1.3;
/** Not full long before: from this level on a port is switched off to wait, and below the other on again. Parts of capacity. */
const HOLD_FROM = 0.88;
const HOLD_TO = 0.8;
/** Whoever waits begins again this long before they would have to. Minutes. */
const SLACK_MINUTES = 75;
/**
 * Nobody spared is off for longer in one go: what a battery loses meanwhile is believed, not seen, and a dying one loses three times
 * as much. Minutes.
 */
export const LONGEST_OFF_MINUTES = 180;
/** Asleep with its port off, watt-hours an hour as a part of capacity: the prudent side. */
const STANDBY_PART = 0.018;
/** A device that wakes by itself draws more, as a part of the most it may. */
const WAKE_PART = 0.4;
/** Over what its curve says of the end. */
const OVER_CURVE = 1.2;
const OVER_MEASURED = 1.1;
/** Before its end a charge counts with no less than this part of the most, whatever it draws now. */
const STEADY_AT_LEAST = 0.75;
/**
 * Asleep in a cart, a device is awake for two minutes in a hundred. So many are taken to be awake at once: one and a half, and one
 * more for each seven whose charge ends.
 */
const AWAKE_AT_ONCE = { least: 1.5, forEach: 7 } as const;
/** The same for now: who is awake already is measured as such, and in ten minutes no more than that wake besides. */
const WAKE_NEXT = { least: 1.5, forEach: 20 } as const;
/** On and full: what it lives on, a top-up now and then. Part of the most it may draw. */
const FULL_PART = 0.07;
/** On and full now, and not seen to draw more: what it lives on, and what it draws when its top-up begins. */
const RESTING_PART = 0.025;
const TOP_UP_PART = 0.3;
/** A port that is on stays on rather than take turns for a few minutes' difference. Minutes. */
const KEEP_MINUTES = 25;
/** Who waits must leave the circuit this idle until it is wanted, or all would come back at once. */
const IDLE_ENOUGH = 0.4;
/** Nobody is switched off as full so short a time before it is wanted. Minutes. */
const SOON_MINUTES = 120;
/** Batteries are spared where the circuit bears all of them in so many turns. */
const SPARED_TIMES = 2;
/** Everything is on again this long before it is wanted. Minutes. */
const ALL_ON_BEFORE_MINUTES = 45;
/** Between two ports switched on: chargers draw most in their first moments. Milliseconds. */
const APART = 2_000;
/** Less than this part of capacity to go is full. */
const AS_GOOD_AS_FULL = 0.03;

/**
 * The mains as it may be at its worst (EN 50160: 230 V − 10 %), and supplies that turn 85 % of it into the ports' watts. Power
 * factor: a hub's supply corrects it; bricks of up to 75 W need not (EN 61000-3-2) and then draw far more amperes than watts.
 */
export const MAINS = { volts: 207, efficiency: 0.85, powerFactor: { hub: 0.95, bricks: 0.6 } } as const;

/** Watts at the ports that a circuit bears. @param ceilingMa milliamperes at the mains */
export const portWatts = (ceilingMa: number, supply: keyof typeof MAINS.powerFactor): number =>
  (ceilingMa / 1000) * MAINS.volts * MAINS.efficiency * MAINS.powerFactor[supply];

interface Working {
  readonly port: PlanPort;
  readonly wantedAt: number;
  readonly may: boolean;
  remainingWh: number;
  /** Of power to full with that; kept beside it, for it is asked at every step. */
  minutes: number;
  /** At `wantedAt`. */
  remainingThen: number;
  on: boolean;
  /** Minutes in one go. */
  off: number;
  fullAt: number | undefined;
  readonly spans: { from: number; to: number }[];
  waited: 'turn' | 'held' | 'window' | 'full' | undefined;
  heldPercent: number;
}

const wantedAt = ({ bookings, readyBy, now }: PlanInput, bay: number): number =>
  Math.min(
    readyBy,
    ...bookings.filter(({ at, bays }) => at > now && (bays?.includes(bay) ?? true)).map(({ at }) => at),
  );

/** The most it draws by itself while it is on, and what more when it wakes. Watts. @param now nothing has been foreseen yet */
function drawn(
  { port, remainingWh, on }: Working,
  now: boolean,
): { readonly own: number; readonly awake: number } {
  const { mostW, curve, deviation } = port;
  if (remainingWh <= 0)
    return now && on
      ? { own: RESTING_PART * mostW, awake: TOP_UP_PART * mostW }
      : { own: FULL_PART * mostW, awake: 0 };
  // What it takes rises slowly with its voltage, and at once where heat had halved it.
  const steady = now && port.nowW !== undefined ? Math.max(port.nowW, STEADY_AT_LEAST * mostW) : mostW;
  const measured = OVER_MEASURED * (port.endingW ?? steady);
  const foreseen =
    port.endSeen && !(now && port.endingW !== undefined)
      ? OVER_CURVE * powerAt(curve, remainingWh + 2 * deviation)
      : mostW;
  const own = Math.min(mostW, measured, foreseen);
  return { own, awake: Math.min(WAKE_PART * mostW, mostW - own) };
}

/** What several draw together at the most. */
class Draws {
  readonly #wakes: { readonly least: number; readonly forEach: number };
  #own = 0;
  /** Falling. */
  #awake: readonly number[] = [];

  constructor(now: boolean) {
    this.#wakes = now ? WAKE_NEXT : AWAKE_AT_ONCE;
  }

  get watts(): number {
    return this.#together(this.#own, this.#awake);
  }

  /** Nothing is added where it would be more than that. */
  add({ own, awake }: ReturnType<typeof drawn>, ceilingW: number): boolean {
    const next = awake > 0 ? [...this.#awake, awake].sort((a, b) => b - a) : this.#awake;
    if (this.#together(this.#own + own, next) > ceilingW) return false;
    this.#own += own;
    this.#awake = next;
    return true;
  }

  #together(own: number, awake: readonly number[]): number {
    const atOnce = this.#wakes.least + awake.length / this.#wakes.forEach;
    return awake.reduce((sum, watts, at) => sum + watts * Math.min(1, Math.max(0, atOnce - at)), own);
  }
}

const laxity = (one: Working, at: number): number => (one.wantedAt - at) / MINUTE - one.minutes;

/** Whether so much room is left until each is wanted that some may wait. */
function isIdle(all: readonly Working[], ceilingW: number, at: number): boolean {
  const waiting = all.filter((one) => one.may && one.remainingWh > 0).sort((a, b) => a.wantedAt - b.wantedAt);
  let minutes = 0;
  return waiting.every((one) => {
    // In minutes of the whole circuit, as if it drew its most to the end.
    minutes += (one.minutes * one.port.mostW) / ceilingW;
    return minutes <= (IDLE_ENOUGH * (one.wantedAt - at)) / MINUTE;
  });
}

/** Why a port that still takes a charge may wait for now. */
function waits(one: Working, input: PlanInput, at: number, idle: boolean): 'held' | 'window' | undefined {
  // Who has begun the last part goes on with it.
  const slack = SLACK_MINUTES + (one.on ? 2 * SLACK_MINUTES : SLOT_MINUTES);
  if (!idle || laxity(one, at) <= slack) return undefined;
  const level = 1 - one.remainingWh / one.port.capacityWh;
  // Once full by its power, its level is known.
  if ((!one.port.levelKnown && one.fullAt === undefined) || level < (one.on ? HOLD_FROM : HOLD_TO))
    return undefined;
  if (input.spare) return one.port.toFull || one.off >= LONGEST_OFF_MINUTES ? undefined : 'held';
  return input.window && at < input.window.from ? 'window' : undefined;
}

function chosen(
  all: readonly Working[],
  input: PlanInput,
  at: number,
): { readonly set: ReadonlySet<Working>; readonly watts: number } {
  const ceilingW = input.ceilingW ?? Number.POSITIVE_INFINITY;
  const idle = ceilingW === Number.POSITIVE_INFINITY || isIdle(all, ceilingW, at);
  const wanting = all.filter((one) => {
    if (!one.may || one.remainingWh <= 0) return false;
    const why = waits(one, input, at, idle);
    if (why === undefined) return true;
    one.waited ??= one.fullAt === undefined ? why : 'full';
    one.heldPercent = Math.round((1 - one.remainingWh / one.port.capacityWh) * 100);
    return false;
  });
  const order = wanting
    .map((one) => ({ one, urgency: laxity(one, at) - (one.on ? KEEP_MINUTES : 0) }))
    .sort((a, b) => a.urgency - b.urgency || a.one.port.bay - b.one.port.bay)
    .map(({ one }) => one);
  const set = new Set<Working>();
  const now = at === input.now;
  const draws = new Draws(now);
  const full = all.filter((one) => one.may && one.remainingWh <= 0);
  // Who is full and on stays on before anybody comes on: off, it would soon be back for a top-up, turn after turn all night.
  const stays = (one: Working): boolean =>
    one.on && (!input.spare || one.wantedAt - at < SOON_MINUTES * MINUTE);
  for (const one of full.filter(stays)) if (draws.add(drawn(one, now), ceilingW)) set.add(one);
  for (const one of order) {
    if (draws.add(drawn(one, now), ceilingW)) set.add(one);
    else one.waited ??= 'turn';
  }
  if (!input.spare)
    for (const one of full) if (!set.has(one) && draws.add(drawn(one, now), ceilingW)) set.add(one);
  return { set, watts: draws.watts };
}

function advance(one: Working, on: boolean, from: number): void {
  const { curve, capacityWh } = one.port;
  if (on) {
    const last = one.spans.at(-1);
    if (last?.to === from) last.to = from + SLOT;
    else one.spans.push({ from, to: from + SLOT });
    const { minutes } = one;
    one.minutes = Math.max(0, minutes - SLOT_MINUTES);
    one.remainingWh = leftAfter(curve, one.minutes);
    if (one.remainingWh < AS_GOOD_AS_FULL * 0.2 * capacityWh) [one.remainingWh, one.minutes] = [0, 0];
    if (one.remainingWh === 0) one.fullAt ??= from + minutes * MINUTE;
  } else if (one.may) {
    one.remainingWh = Math.min(capacityWh, one.remainingWh + (STANDBY_PART * capacityWh * SLOT_MINUTES) / 60);
    one.minutes = minutesToFull(curve, one.remainingWh);
  }
  one.on = on;
  one.off = on ? 0 : one.off + SLOT_MINUTES;
}

/** Whether everything may be on: all as good as full, or the circuit bears it all the same. */
function mayAllBeOn(all: readonly Working[], ceilingW: number): boolean {
  const sum = all.filter((one) => one.may).reduce((watts, one) => watts + allOnWatts(one), 0);
  return sum <= ceilingW;
}
const allOnWatts = ({ port, remainingWh, on }: Working): number => {
  if (on && remainingWh <= 0) return FULL_PART * port.mostW;
  // A full battery that rested is topped up the moment its port comes on, and so are all its neighbours.
  const left = remainingWh + (on ? 0 : 2 * port.deviation);
  return left <= taperWh(port.curve)
    ? Math.min(port.mostW, OVER_CURVE * powerAt(port.curve, left))
    : port.mostW;
};

function wordsOf(one: Working, input: PlanInput): PlanWord[] {
  const { state, capacityWh } = one.port;
  if (state === 'hot') return [{ code: state, ...one.port.heat }];
  if (state === 'away' || state === 'fault') return [{ code: state }];
  const words: PlanWord[] = [];
  const [first] = one.spans;
  const last = one.spans.at(-1);
  const from = first?.from ?? one.wantedAt;
  if (one.waited === 'held') words.push({ code: 'held', percent: one.heldPercent, from: last?.from ?? from });
  else if (one.waited === 'full') words.push({ code: 'full', from: last?.from ?? from });
  else if (one.waited === 'window') words.push({ code: 'window', from });
  else if (one.waited === 'turn') words.push({ code: 'turn', from, until: one.fullAt ?? last?.to ?? from });
  else if (first && one.port.remainingWh > 0) words.push({ code: 'charges', until: one.fullAt ?? first.to });
  const fullAt = one.fullAt ?? Number.POSITIVE_INFINITY;
  if (fullAt > one.wantedAt && one.remainingThen > 0.05 * capacityWh)
    words.push({
      code: 'late',
      percent: Math.round((1 - one.remainingThen / capacityWh) * 100),
      fullAt: Math.min(fullAt, input.now + HORIZON_HOURS * 60 * MINUTE),
    });
  return words;
}

/** Ports that the box stopped are looked at again so long after. */
const COOLING = 60 * MINUTE;

/**
 * Tonight's plan. Steps of one instant: what goes off first, then what comes on, one after the other.
 * @returns a plan without steps where everything may simply be on
 */
export function plan(asked: PlanInput): Plan {
  const { now, ports, readyBy } = asked;
  const ceilingW = asked.ceilingW ?? Number.POSITIVE_INFINITY;
  const everythingW = ports.reduce((sum, { state, mostW }) => sum + (state === 'plugged' ? mostW : 0), 0);
  // Who is switched off at full has to be topped up in the morning, all in the same hour: a small circuit does not bear that.
  const input = { ...asked, spare: asked.spare && everythingW <= SPARED_TIMES * ceilingW };
  const all = ports.map((port): Working => {
    const may = port.state === 'plugged';
    const prudent = port.remainingWh <= 0 ? 0 : port.remainingWh + PRUDENCE * port.deviation;
    const remainingWh = may ? Math.min(port.capacityWh, prudent) : 0;
    return {
      port,
      wantedAt: wantedAt(input, port.bay),
      may,
      remainingWh,
      minutes: minutesToFull(port.curve, remainingWh),
      remainingThen: 0,
      on: port.on,
      off: port.on ? 0 : (port.offMinutes ?? 0),
      fullAt: port.remainingWh <= 0 ? now : undefined,
      spans: [],
      waited: undefined,
      heldPercent: 100,
    };
  });
  const steps: PlanStep[] = [];
  const stopped = all.some(({ port }) => port.state === 'hot' || port.state === 'fault');
  const wanted = Math.max(readyBy, ...all.map((one) => one.wantedAt));
  const earliestEnd = Math.max(stopped ? now + COOLING : now, wanted - ALL_ON_BEFORE_MINUTES * MINUTE);
  const horizon = now + HORIZON_HOURS * 60 * MINUTE;
  let mostW = 0;
  let at = now;
  for (; at < horizon && (at < earliestEnd || !mayAllBeOn(all, ceilingW)); at += SLOT) {
    const { set, watts } = chosen(all, input, at);
    let order = 0;
    for (const one of all) {
      if (one.wantedAt >= at && one.wantedAt < at + SLOT) one.remainingThen = one.remainingWh;
      // A place without a device stays as it is: whoever plugs one finds it on, where the circuit bears that.
      if (one.port.state === 'away') continue;
      if (one.on && !set.has(one)) steps.push({ at, bay: one.port.bay, on: false });
    }
    for (const one of all)
      if (!one.on && set.has(one)) steps.push({ at: at + APART * (order += 1), bay: one.port.bay, on: true });
    mostW = Math.max(mostW, watts);
    for (const one of all) if (one.port.state !== 'away') advance(one, set.has(one), at);
  }
  const end = at;
  // The fullest first: should one not be, it comes when the others have fallen silent.
  const last = all
    .filter((one) => !one.on)
    .sort((a, b) => a.remainingWh - b.remainingWh || a.port.bay - b.port.bay);
  for (const [order, one] of last.entries())
    steps.push({ at: end + APART * (order + 1), bay: one.port.bay, on: true });
  for (const one of all) {
    if (one.may && one.remainingWh > 0 && one.fullAt === undefined)
      one.fullAt = end + minutesToFull(one.port.curve, one.remainingWh) * MINUTE;
    if (one.wantedAt >= end)
      one.remainingThen = remainingAfter(one.port.curve, one.remainingWh, (one.wantedAt - end) / MINUTE);
  }
  return {
    madeAt: now,
    steps,
    end: end + APART * last.length,
    mostW,
    ports: all.map((one) => ({
      bay: one.port.bay,
      wantedAt: one.wantedAt,
      fullAt: one.fullAt ?? end,
      words: wordsOf(one, input),
      on: one.spans,
    })),
  };
}
