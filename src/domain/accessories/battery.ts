import type { Instant } from '../time';

/** The battery of an accessory is evidence, as a device's is (DESIGN 6): value, source, age. */
export type AccessoryBatterySource = 'bluetooth' | 'person';

/** Below this an accessory does not last a school day of headsets or a week of keyboards: « à recharger ». Percent. */
export const TO_CHARGE_BELOW = 25;

export interface BatteryReading {
  /** 0 to 100; a person says `level` instead. */
  readonly percent?: number | undefined;
  readonly level?: 'charged' | 'low' | undefined;
  readonly source: AccessoryBatterySource;
  readonly at: Instant;
}

export interface BatteryEvidence extends BatteryReading {
  /** Whole seconds, never negative. */
  readonly ageSeconds: number;
  readonly stale: boolean;
  readonly toCharge: boolean;
}

const DAY_SECONDS = 86_400;
/** A wireless headset that was full on Monday says little on Tuesday; what a person saw holds as long. */
const STALE_AFTER_SECONDS: Readonly<Record<AccessoryBatterySource, number>> = {
  bluetooth: DAY_SECONDS,
  person: 2 * DAY_SECONDS,
};

/** The latest reading that can be dated, with its age. @param now milliseconds since the epoch */
export function batteryEvidence(
  readings: readonly BatteryReading[],
  now: number,
): BatteryEvidence | undefined {
  const [latest] = readings
    .filter((each) => !Number.isNaN(Date.parse(each.at)))
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  if (!latest) return undefined;
  const ageSeconds = Math.max(0, Math.floor((now - Date.parse(latest.at)) / 1000));
  return {
    ...latest,
    ageSeconds,
    stale: ageSeconds > STALE_AFTER_SECONDS[latest.source],
    toCharge: latest.level === 'low' || (latest.percent !== undefined && latest.percent < TO_CHARGE_BELOW),
  };
}
