/**
 * A charge reading is evidence, not truth (DESIGN 6): who says so, and when. Most carts have no data link, some
 * hubs speak, devices speak when awake, people look. Nothing here decides which one is "right" for good: a value is
 * chosen for display, its age and source go with it, and a disagreement between two fresh sources is kept.
 */

/** Who said it, from the wire that measures a port to the habit of a device. */
export type ChargeSource = 'hub' | 'device' | 'adb' | 'usbPort' | 'strip' | 'person' | 'habit';

export const CHARGE_SOURCES: readonly ChargeSource[] = [
  'hub',
  'usbPort',
  'strip',
  'adb',
  'device',
  'person',
  'habit',
];

/**
 * What a bay is doing. `attached`: something is plugged, nothing more is known. `idle`: plugged, not charging.
 * `off`: the port's power is cut. `fault`: this port will not charge. `empty`: nothing is plugged.
 */
export type BayPower = 'attached' | 'charging' | 'full' | 'idle' | 'off' | 'fault' | 'empty';

export const BAY_POWERS: readonly BayPower[] = [
  'attached',
  'charging',
  'full',
  'idle',
  'off',
  'fault',
  'empty',
];

/** What one reading says. Every part is optional: a tablet knows its percentage, a hub knows milliamperes. */
export interface ChargeValue {
  readonly power?: BayPower;
  /** Battery level, 0 to 100. */
  readonly percent?: number;
  /** Current drawn from the port, in milliamperes. */
  readonly currentMa?: number;
  /** Port voltage, in millivolts. */
  readonly voltageMv?: number;
  /** Energy given since the device was plugged in, in watt-hours. */
  readonly energyWh?: number;
  /** How long this charge has lasted, in seconds. */
  readonly chargingSeconds?: number;
  /** The port is switched off, so that `empty` proves nothing about what hangs on the cable. */
  readonly portOff?: boolean;
  /** The device says that nothing gives it power: it is lit, and not in its place. */
  readonly onBattery?: boolean;
}

/** One piece of evidence. `at` is the UTC ISO instant at which *this* computer heard it: device clocks are often wrong. */
export interface ChargeReading {
  readonly value: ChargeValue;
  readonly source: ChargeSource;
  readonly at: string;
}

/**
 * Beyond this age, in seconds, a reading is shown as stale. A hub is polled every 2 s: five silent polls mean that it
 * is gone. A tablet's browser reports a change of its battery, and once a minute otherwise. What a person saw holds
 * for half a morning.
 */
export const STALE_AFTER_SECONDS: Readonly<Record<ChargeSource, number>> = {
  hub: 10,
  usbPort: 10,
  strip: 60,
  device: 150,
  adb: 150,
  person: 2 * 3600,
  habit: 16 * 3600,
};

/**
 * A reading this far in the future comes from before the computer's clock was put right: its age means nothing, so it
 * counts as stale rather than as fresh for ever.
 */
export const FUTURE_TOLERANCE_SECONDS = 60;

/** A value with the source and age it must be shown with. */
export interface Evidence<T> {
  readonly value: T;
  readonly source: ChargeSource;
  readonly at: string;
  /** Whole seconds, never negative. */
  readonly ageSeconds: number;
  readonly stale: boolean;
}

/**
 * Age and staleness of a reading.
 * @param at UTC ISO instant of the reading; one that cannot be read counts as stale.
 * @param now milliseconds since the epoch
 */
export function ageOf(source: ChargeSource, at: string, now: number): { ageSeconds: number; stale: boolean } {
  const age = (now - Date.parse(at)) / 1000;
  if (Number.isNaN(age)) return { ageSeconds: 0, stale: true };
  if (age < -FUTURE_TOLERANCE_SECONDS) return { ageSeconds: 0, stale: true };
  return { ageSeconds: Math.max(0, Math.floor(age)), stale: age > STALE_AFTER_SECONDS[source] };
}

/** Milliseconds since the epoch; one that cannot be read is older than everything. */
export function instantOf(iso: string): number {
  const parsed = Date.parse(iso);
  return Number.isNaN(parsed) ? 0 : parsed;
}
