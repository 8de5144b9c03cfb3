/**
 * A tablet's battery as a charging port sees it: full current up to about three quarters, then a current that falls,
 * then next to nothing. Close enough to a lithium cell for a demonstration; what forecasts are judged by is a charger model of
 * its own (docs/charging.md).
 */
export interface Battery {
  /** Watt-hours the cells hold. */
  readonly capacityWh: number;
  /** Milliamperes drawn while the charge is unhindered. */
  readonly fullCurrentMa: number;
  /** 0 to 1. */
  level: number;
}

export const PORT_VOLTS = 5.15;
/** Part of what the port gives that ends in the cells. */
const EFFICIENCY = 0.88;
const TAPER_FROM = 0.75;
const TAPER_SCALE = 0.09;
/** Below this part of its full current a device counts as finished. */
const FINISHED_AT = 0.08;
const STEP_SECONDS = 20;

/** Milliamperes drawn at this level. */
export function currentMa(battery: Battery): number {
  const taper = battery.level <= TAPER_FROM ? 1 : Math.exp(-(battery.level - TAPER_FROM) / TAPER_SCALE);
  return battery.fullCurrentMa * taper;
}

export const isFinished = (battery: Battery): boolean =>
  currentMa(battery) <= battery.fullCurrentMa * FINISHED_AT || battery.level >= 1;

/**
 * Charges for `seconds`.
 * @returns what the port gave (Wh) and how long it took until finished (seconds), when it did
 */
export function charge(
  battery: Battery,
  seconds: number,
): { energyWh: number; finishedAfter: number | undefined } {
  let energyWh = 0;
  for (let spent = 0; spent < seconds; spent += STEP_SECONDS) {
    if (isFinished(battery)) return { energyWh, finishedAfter: spent };
    const step = Math.min(STEP_SECONDS, seconds - spent);
    const given = (currentMa(battery) / 1000) * PORT_VOLTS * (step / 3600);
    energyWh += given;
    battery.level = Math.min(1, battery.level + (given * EFFICIENCY) / battery.capacityWh);
  }
  return { energyWh, finishedAfter: isFinished(battery) ? seconds : undefined };
}
