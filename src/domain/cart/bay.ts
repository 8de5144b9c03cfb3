/** The state of one bay, derived from everything that was said about it. */
import { ageOf, instantOf } from './evidence';
import type { BayPower, ChargeReading, ChargeSource, ChargeValue, Evidence } from './evidence';

/** Something two fresh sources say differently. Both are shown; nobody is silently right. */
export interface Conflict {
  readonly about: 'power' | 'percent';
  readonly values: readonly Evidence<BayPower | number>[];
}

export interface BayState {
  /** 1 to 30, as written on the cart. */
  readonly bay: number;
  readonly power: Evidence<BayPower> | null;
  /** 0 to 100. */
  readonly percent: Evidence<number> | null;
  readonly currentMa: Evidence<number> | null;
  readonly voltageMv: Evidence<number> | null;
  readonly energyWh: Evidence<number> | null;
  readonly chargingSeconds: Evidence<number> | null;
  readonly portOff: boolean;
  /** Every reading known for this bay is stale (false when there is none). */
  readonly stale: boolean;
  readonly conflicts: readonly Conflict[];
}

/** Two levels closer than this are the same level read at two moments. Percentage points. */
export const PERCENT_TOLERANCE = 10;

/** A port that says "finished" contradicts a battery below this level (percent). */
export const FULL_MEANS_AT_LEAST = 85;

/** Which source is shown when several are fresh: what measures the thing itself comes first. */
const POWER_ORDER: readonly ChargeSource[] = ['hub', 'usbPort', 'strip', 'adb', 'device', 'person', 'habit'];
const PERCENT_ORDER: readonly ChargeSource[] = [
  'adb',
  'device',
  'hub',
  'usbPort',
  'strip',
  'person',
  'habit',
];

/** Pairs of states that one and the same port may honestly be described with. */
const COMPATIBLE: ReadonlySet<string> = new Set([
  'attached|charging',
  'attached|full',
  'attached|idle',
  'attached|off',
  'full|idle',
  'empty|off',
  'attached|fault',
  'fault|idle',
  'fault|off',
]);

export function powersAgree(a: BayPower, b: BayPower): boolean {
  return a === b || COMPATIBLE.has(a < b ? `${a}|${b}` : `${b}|${a}`);
}

function facet<T>(
  readings: readonly ChargeReading[],
  pick: (value: ChargeValue) => T | undefined,
  now: number,
): Evidence<T>[] {
  const latest = new Map<ChargeSource, Evidence<T>>();
  for (const reading of readings) {
    const value = pick(reading.value);
    if (value === undefined) continue;
    const before = latest.get(reading.source);
    if (before && instantOf(before.at) > instantOf(reading.at)) continue;
    latest.set(reading.source, {
      value,
      source: reading.source,
      at: reading.at,
      ...ageOf(reading.source, reading.at, now),
    });
  }
  return [...latest.values()];
}

/** The fresh one that measures best; when none is fresh, the youngest. */
function choose<T>(candidates: readonly Evidence<T>[], order: readonly ChargeSource[]): Evidence<T> | null {
  const fresh = candidates.filter((one) => !one.stale);
  for (const source of order) {
    const found = fresh.find((one) => one.source === source);
    if (found) return found;
  }
  const rank = (one: Evidence<T>) => order.indexOf(one.source);
  return [...candidates].sort((a, b) => instantOf(b.at) - instantOf(a.at) || rank(a) - rank(b))[0] ?? null;
}

/** Habit is a guess that any fact replaces: it never contradicts one. */
const isFact = (one: { readonly source: ChargeSource; readonly stale: boolean }): boolean =>
  !one.stale && one.source !== 'habit';

function powerConflicts(powers: readonly Evidence<BayPower>[]): Conflict[] {
  const fresh = powers.filter(isFact);
  const clash = fresh.some((a) => fresh.some((b) => !powersAgree(a.value, b.value)));
  return clash ? [{ about: 'power', values: fresh }] : [];
}

function percentConflicts(
  percents: readonly Evidence<number>[],
  powers: readonly Evidence<BayPower>[],
): Conflict[] {
  const fresh = percents.filter(isFact);
  const values = fresh.map((one) => one.value);
  if (Math.max(...values) - Math.min(...values) > PERCENT_TOLERANCE)
    return [{ about: 'percent', values: fresh }];
  const full = powers.filter((one) => isFact(one) && one.value === 'full');
  const low = fresh.filter((one) => one.value < FULL_MEANS_AT_LEAST);
  if (full.length > 0 && low.length > 0) return [{ about: 'percent', values: [...full, ...low] }];
  return [];
}

/**
 * What is known of a bay. The order of `readings` does not matter; of one source only its youngest counts
 * (of two at the same instant, the later in the list).
 * @param now milliseconds since the epoch
 */
export function bayState(bay: number, readings: readonly ChargeReading[], now: number): BayState {
  const powers = facet(readings, (value) => value.power, now);
  const percents = facet(readings, (value) => value.percent, now);
  const measured = (pick: (value: ChargeValue) => number | undefined) =>
    choose(facet(readings, pick, now), POWER_ORDER);
  const power = choose(powers, POWER_ORDER);
  const portOffs = facet(readings, (value) => value.portOff, now);
  return {
    bay,
    power,
    percent: choose(percents, PERCENT_ORDER),
    currentMa: measured((value) => value.currentMa),
    voltageMv: measured((value) => value.voltageMv),
    energyWh: measured((value) => value.energyWh),
    chargingSeconds: measured((value) => value.chargingSeconds),
    portOff: choose(portOffs, POWER_ORDER)?.value ?? false,
    stale: readings.length > 0 && readings.every((one) => ageOf(one.source, one.at, now).stale),
    conflicts: [...powerConflicts(powers), ...percentConflicts(percents, powers)],
  };
}
