/** « 13 sur 15 prêtes »: what a teacher asks before opening the lid. */
import { FULL_MEANS_AT_LEAST } from './bay';
import { FUTURE_TOLERANCE_SECONDS, instantOf } from './evidence';
import { isProbablyReady, TRUST_DAYS } from './put-away';
import type { BayState } from './bay';
import type { BayPower } from './evidence';
import type { DeviceForecast } from './forecast';
import type { Rest } from './put-away';

/** `lent`: another class has it until it is given back; it is counted apart. */
export type Readiness = 'ready' | 'probable' | 'low' | 'missing' | 'unknown' | 'lent';

/** Why, as a code that the screen turns into a sentence. */
export type ReadinessReason =
  | 'percent'
  | 'full'
  | 'longCharge'
  | 'charging'
  | 'staleReading'
  | 'putAway'
  | 'notReturned'
  | 'bayEmpty'
  | 'fault'
  /** From its own charge and use so far. */
  | 'foreseen'
  /** Full or nearly, and its battery does not last a lesson any more. */
  | 'worn'
  | 'unplugged'
  | 'out'
  | 'lent'
  | 'nothingKnown';

export interface DeviceReadiness {
  readonly readiness: Readiness;
  readonly because: ReadinessReason;
}

/** From this level on a tablet lasts a 50-minute lesson with margin. Percent. */
export const READY_PERCENT = 40;

/** A charge that has lasted this long without the port calling it finished is probably enough. Seconds. */
export const LONG_CHARGE_SECONDS = 3 * 3600;

/** A stale good reading still means "probably" for this long. Seconds. */
export const STALE_STILL_PROBABLE_SECONDS = 12 * 3600;

/** A lesson with its margin: what a device must last to be called ready where its endurance is known. Minutes. */
export const LESSON_MINUTES = 50;

/** What is known besides the bay itself. */
export interface Ground {
  readonly rest?: Rest | undefined;
  /** What is foreseen of it for the bell. */
  readonly foreseen?: Foreseen | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When it has to be ready; `now` where nothing is planned. */
  readonly bell: number;
}

const is = (readiness: Readiness, because: ReadinessReason): DeviceReadiness => ({ readiness, because });

export type Foreseen = Pick<DeviceForecast, 'minutesAtBell' | 'basis'>;

/** Minutes at the bell, from this device itself: what only its model would say neither promises nor refuses. */
const ownMinutes = ({ foreseen }: Ground) =>
  foreseen && foreseen.basis !== 'model' ? (foreseen.minutesAtBell ?? undefined) : undefined;
const fallsShort = (ground: Ground): boolean =>
  (ownMinutes(ground)?.value ?? LESSON_MINUTES) < LESSON_MINUTES;
/** By its low bound: one in ten promised tablets that stops before the end is one too many. */
const willLast = (ground: Ground): boolean => (ownMinutes(ground)?.low ?? 0) >= LESSON_MINUTES;

/** Put away and plugged, and long enough before the bell for this device, or for any device. */
function isPromised(ground: Ground): boolean {
  const { rest, now, bell } = ground;
  if (rest?.state !== 'plugged') return false;
  const since = instantOf(rest.since);
  // Written before the clock was put right, or before the holidays: nobody knows what happened since.
  if (since > now + FUTURE_TOLERANCE_SECONDS * 1000 || bell - since > TRUST_DAYS * 86_400_000) return false;
  return willLast(ground) || (!fallsShort(ground) && isProbablyReady(rest, bell));
}

/** The prudent level: the lowest that a fresh source gives, so that a doubtful tablet is not promised. */
function prudentPercent(bay: BayState): number | undefined {
  if (!bay.percent || bay.percent.stale) return undefined;
  const others = bay.conflicts
    .filter((one) => one.about === 'percent')
    .flatMap((one) => one.values)
    .map((one) => one.value)
    .filter((value) => typeof value === 'number');
  return Math.min(bay.percent.value, ...others);
}

function fromPercent(bay: BayState, percent: number, ground: Ground): DeviceReadiness {
  const disputed = bay.conflicts.some((one) => one.about === 'percent');
  const enough = percent >= READY_PERCENT;
  if (disputed || !(willLast(ground) || fallsShort(ground))) return is(enough ? 'ready' : 'low', 'percent');
  if (fallsShort(ground)) return is('low', percent >= FULL_MEANS_AT_LEAST ? 'worn' : 'percent');
  // What it has now is not enough yet: it counts on a charge that goes on.
  return enough || !isPlugged(bay) ? is('ready', 'percent') : is('probable', 'foreseen');
}

const PLUGGED: ReadonlySet<BayPower> = new Set(['attached', 'charging', 'full']);
const isPlugged = ({ power }: BayState): boolean =>
  power !== null && !power.stale && PLUGGED.has(power.value);

function fromFresh(bay: BayState, ground: Ground): DeviceReadiness | undefined {
  const percent = prudentPercent(bay);
  if (percent !== undefined) return fromPercent(bay, percent, ground);
  if (!bay.power || bay.power.stale) return undefined;
  switch (bay.power.value) {
    case 'full':
      return fallsShort(ground) ? is('low', 'worn') : is('ready', 'full');
    case 'charging':
      if (willLast(ground)) return is('probable', 'foreseen');
      // A hub that restarted counts from nought again: who put the tablets away remembers longer.
      return (bay.chargingSeconds?.value ?? 0) >= LONG_CHARGE_SECONDS || isPromised(ground)
        ? is('probable', 'longCharge')
        : is('unknown', 'charging');
    case 'empty':
      // A port whose power is cut sees nothing: it proves neither presence nor absence.
      if (bay.portOff) return undefined;
      return ground.rest?.state === 'out' ? is('unknown', 'out') : is('missing', 'bayEmpty');
    case 'fault':
      return is('unknown', 'fault');
    default:
      return undefined;
  }
}

/** A stale reading counts only when nobody put the device away after it. */
function fromStale(bay: BayState, { rest }: Ground): DeviceReadiness | undefined {
  const youngest = [bay.percent, bay.power]
    .filter((one) => one !== null)
    .sort((a, b) => instantOf(b.at) - instantOf(a.at))[0];
  if (!youngest?.stale || youngest.ageSeconds > STALE_STILL_PROBABLE_SECONDS) return undefined;
  if (rest && instantOf(rest.since) > instantOf(youngest.at)) return undefined;
  const good = bay.percent ? bay.percent.value >= READY_PERCENT : bay.power?.value === 'full';
  return is(good ? 'probable' : 'unknown', 'staleReading');
}

/**
 * What one device promises for the bell. Fresh facts first, then a recent stale one, then how it was put away and how it
 * usually charges. Nothing is promised without a fact behind it.
 */
export function readinessOf(bay: BayState, ground: Ground): DeviceReadiness {
  const fresh = fromFresh(bay, ground);
  if (fresh) return fresh;
  const { rest } = ground;
  if (rest?.state === 'missing') return is('missing', 'notReturned');
  const stale = fromStale(bay, ground);
  if (stale) return stale;
  if (isPromised(ground)) return is('probable', 'putAway');
  if (rest?.state === 'out') return is('unknown', 'out');
  if (rest?.state === 'unplugged') {
    if (willLast(ground)) return is('probable', 'foreseen');
    return fallsShort(ground) ? is('low', 'unplugged') : is('unknown', 'unplugged');
  }
  if (rest && fallsShort(ground)) return is('low', 'foreseen');
  return is('unknown', 'nothingKnown');
}

export interface ReadinessSummary {
  readonly total: number;
  readonly ready: number;
  readonly probable: number;
  readonly low: number;
  readonly missing: number;
  readonly unknown: number;
  /** Not in `total`: what another class has is not expected here. */
  readonly lent: number;
}

/** Counts; `total` is always the sum of those that are expected here. */
export function summarise(all: readonly DeviceReadiness[]): ReadinessSummary {
  const count = (readiness: Readiness) => all.filter((one) => one.readiness === readiness).length;
  return {
    total: all.length - count('lent'),
    ready: count('ready'),
    probable: count('probable'),
    low: count('low'),
    missing: count('missing'),
    unknown: count('unknown'),
    lent: count('lent'),
  };
}
