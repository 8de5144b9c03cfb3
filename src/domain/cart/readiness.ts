/** « 13 sur 15 prêtes »: what a teacher asks before opening the lid. */
import { instantOf } from './evidence';
import { isProbablyReady } from './put-away';
import type { BayState } from './bay';
import type { Rest } from './put-away';

export type Readiness = 'ready' | 'probable' | 'low' | 'missing' | 'unknown';

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

const is = (readiness: Readiness, because: ReadinessReason): DeviceReadiness => ({ readiness, because });

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

function fromFresh(bay: BayState, rest: Rest | undefined, now: number): DeviceReadiness | undefined {
  const percent = prudentPercent(bay);
  if (percent !== undefined) return is(percent >= READY_PERCENT ? 'ready' : 'low', 'percent');
  if (!bay.power || bay.power.stale) return undefined;
  switch (bay.power.value) {
    case 'full':
      return is('ready', 'full');
    case 'charging':
      // A hub that restarted counts from nought again: who put the tablets away remembers longer.
      return (bay.chargingSeconds?.value ?? 0) >= LONG_CHARGE_SECONDS || isProbablyReady(rest, now)
        ? is('probable', 'longCharge')
        : is('unknown', 'charging');
    case 'empty':
      // A port whose power is cut sees nothing: it proves neither presence nor absence.
      return bay.portOff ? undefined : is('missing', 'bayEmpty');
    case 'fault':
      return is('unknown', 'fault');
    default:
      return undefined;
  }
}

/** A stale reading counts only when nobody put the device away after it. */
function fromStale(bay: BayState, rest: Rest | undefined): DeviceReadiness | undefined {
  const youngest = [bay.percent, bay.power]
    .filter((one) => one !== null)
    .sort((a, b) => instantOf(b.at) - instantOf(a.at))[0];
  if (!youngest?.stale || youngest.ageSeconds > STALE_STILL_PROBABLE_SECONDS) return undefined;
  if (rest && instantOf(rest.since) > instantOf(youngest.at)) return undefined;
  const good = bay.percent ? bay.percent.value >= READY_PERCENT : bay.power?.value === 'full';
  return is(good ? 'probable' : 'unknown', 'staleReading');
}

/**
 * What one device promises for the lesson. Fresh facts first, then a recent stale one, then how it was put away.
 * @param now milliseconds since the epoch
 */
export function readinessOf(bay: BayState, rest: Rest | undefined, now: number): DeviceReadiness {
  const fresh = fromFresh(bay, rest, now);
  if (fresh) return fresh;
  if (rest?.state === 'missing') return is('missing', 'notReturned');
  const stale = fromStale(bay, rest);
  if (stale) return stale;
  if (isProbablyReady(rest, now)) return is('probable', 'putAway');
  return is('unknown', 'nothingKnown');
}

export interface ReadinessSummary {
  readonly total: number;
  readonly ready: number;
  readonly probable: number;
  readonly low: number;
  readonly missing: number;
  readonly unknown: number;
}

/** Counts; `total` is always their sum. */
export function summarise(all: readonly DeviceReadiness[]): ReadinessSummary {
  const count = (readiness: Readiness) => all.filter((one) => one.readiness === readiness).length;
  return {
    total: all.length,
    ready: count('ready'),
    probable: count('probable'),
    low: count('low'),
    missing: count('missing'),
    unknown: count('unknown'),
  };
}
