/**
 * How a battery takes a charge, as far as its own past tells: steady power, then an end in which the power falls as the
 * cells fill. Time and energy of that end are the device's own; its shape is an exponential (constant voltage).
 * Watts and watt-hours are the port's. Not the model it is tried on (docs/charging.md).
 */
import { TAPER_PART } from './history';

export interface Curve {
  readonly plateauW: number;
  readonly taperWh: number;
  readonly taperMinutes: number;
}

/** Part of the plateau at which a circuit calls the charge finished. */
const END_PART = 0.14;
const FALL = Math.log(TAPER_PART / END_PART);

/** Part of the plateau that is drawn with `remainingWh` to go. */
function partAt(curve: Curve, remainingWh: number): number {
  if (remainingWh >= curve.taperWh) return 1;
  return END_PART + (TAPER_PART - END_PART) * (Math.max(0, remainingWh) / curve.taperWh);
}

/** Watts drawn with `remainingWh` to go; none when it is full. */
export const powerAt = (curve: Curve, remainingWh: number): number =>
  remainingWh <= 0 ? 0 : curve.plateauW * partAt(curve, remainingWh);

/** Minutes of power until full. */
export function minutesToFull(curve: Curve, remainingWh: number): number {
  if (remainingWh <= 0) return 0;
  const steady = Math.max(0, remainingWh - curve.taperWh);
  const end =
    (curve.taperMinutes *
      Math.log(partAt(curve, Math.min(remainingWh, curve.taperWh * 0.999999)) / END_PART)) /
    FALL;
  return (steady / curve.plateauW) * 60 + end;
}

/** What is still to go after so many minutes of power. Watt-hours, never below nought. */
export function remainingAfter(curve: Curve, remainingWh: number, minutes: number): number {
  if (remainingWh <= 0 || minutes <= 0) return Math.max(0, remainingWh);
  const steadyMinutes = (Math.max(0, remainingWh - curve.taperWh) / curve.plateauW) * 60;
  if (minutes <= steadyMinutes) return remainingWh - (curve.plateauW * minutes) / 60;
  const left = minutesToFull(curve, Math.min(remainingWh, curve.taperWh)) - (minutes - steadyMinutes);
  return left <= 0 ? 0 : remainingForMinutes(curve, left);
}

/** The inverse of `minutesToFull` within the end of a charge. */
function remainingForMinutes(curve: Curve, minutes: number): number {
  const part = END_PART * Math.exp((Math.min(minutes, curve.taperMinutes) / curve.taperMinutes) * FALL);
  return (curve.taperWh * (part - END_PART)) / (TAPER_PART - END_PART);
}

/** What is still to go, told by the power alone: it falls only at the end. Undefined while it has not fallen. */
export function remainingByPower(curve: Curve, nowW: number): number | undefined {
  const part = nowW / curve.plateauW;
  if (part >= TAPER_PART) return undefined;
  return (curve.taperWh * Math.max(0, part - END_PART)) / (TAPER_PART - END_PART);
}
