/**
 * How a battery takes a charge, as far as its own past tells: steady power, then an end in which the power falls as the cells
 * fill. The end is no formula but a table that each charge corrects: how many minutes and watt-hours were left when the power
 * had fallen to so much of the plateau. Watts and watt-hours are the port's. Not the model it is tried on (docs/charging.md).
 */

/** Parts of the plateau at which the end is looked at, falling. The end begins at the first. */
export const FALL_PARTS = [0.85, 0.7, 0.55, 0.43, 0.33, 0.25, 0.19, 0.14, 0.1, 0.07] as const;
export const TAPER_PART = FALL_PARTS[0];

/** Left at each of `FALL_PARTS`: minutes and watt-hours, neither ever rising. */
export interface FallTable {
  readonly minutes: readonly number[];
  readonly wh: readonly number[];
}

export interface Curve {
  readonly plateauW: number;
  readonly fall: FallTable;
}

/** An exponential end of so many minutes and watt-hours: what is assumed of a device whose end nobody has seen. */
export function assumedFall(minutes: number, wh: number): FallTable {
  const end = FALL_PARTS[FALL_PARTS.length - 2] ?? TAPER_PART;
  const left = FALL_PARTS.map((part) => Math.max(0, Math.log(part / end) / Math.log(TAPER_PART / end)));
  const given = FALL_PARTS.map((part) => Math.max(0, (part - end) / (TAPER_PART - end)));
  return { minutes: left.map((part) => part * minutes), wh: given.map((part) => part * wh) };
}

export const taperWh = ({ fall }: Curve): number => fall.wh[0] ?? 0;

/** `y` of a falling table at `x`; beyond its ends, its ends. `xs` falls. */
function read(xs: readonly number[], ys: readonly number[], x: number): number {
  let after = 0;
  while (after < xs.length && (xs[after] ?? 0) > x) after += 1;
  if (after === 0) return ys[0] ?? 0;
  if (after === xs.length) return ys[after - 1] ?? 0;
  const x0 = xs[after - 1] ?? 0;
  const x1 = xs[after] ?? 0;
  const y0 = ys[after - 1] ?? 0;
  const y1 = ys[after] ?? 0;
  return x0 > x1 ? y1 + ((y0 - y1) * (x - x1)) / (x0 - x1) : y1;
}
/** A plan asks thousands of times of the same few tables. */
const ends = new WeakMap<readonly number[], readonly number[]>();
function closed(values: readonly number[]): readonly number[] {
  const before = ends.get(values);
  if (before) return before;
  const made = [...values, 0];
  ends.set(values, made);
  return made;
}

/** Minutes of power until full. */
export function minutesToFull(curve: Curve, remainingWh: number): number {
  if (remainingWh <= 0) return 0;
  const end = taperWh(curve);
  const steady = Math.max(0, remainingWh - end);
  return (
    (steady / curve.plateauW) * 60 +
    read(closed(curve.fall.wh), closed(curve.fall.minutes), Math.min(remainingWh, end))
  );
}

/** What is still to go after so many minutes of power. Watt-hours, never below nought. */
export function remainingAfter(curve: Curve, remainingWh: number, minutes: number): number {
  if (remainingWh <= 0 || minutes <= 0) return Math.max(0, remainingWh);
  return leftAfter(curve, minutesToFull(curve, remainingWh) - minutes);
}

/** What is still to go with so many minutes of power to full. Watt-hours. */
export function leftAfter(curve: Curve, left: number): number {
  if (left <= 0) return 0;
  const endMinutes = curve.fall.minutes[0] ?? 0;
  if (left >= endMinutes) return taperWh(curve) + ((left - endMinutes) * curve.plateauW) / 60;
  return read(closed(curve.fall.minutes), closed(curve.fall.wh), left);
}

/** Watts drawn with `remainingWh` to go; none when it is full. */
export function powerAt(curve: Curve, remainingWh: number): number {
  if (remainingWh <= 0) return 0;
  if (remainingWh > taperWh(curve)) return curve.plateauW;
  return curve.plateauW * read(closed(curve.fall.wh), closed(FALL_PARTS), remainingWh);
}

/** The fall is exponential: it is read in its logarithm, down to this part. */
const LEAST_PART = 0.04;
const LOG_PARTS = [...FALL_PARTS, LEAST_PART].map((one) => Math.log(one));

/** What is still to go, told by the power alone: it falls only at the end. Undefined while it has not fallen. */
export function leftByPower(curve: Curve, nowW: number): { minutes: number; wh: number } | undefined {
  const part = nowW / curve.plateauW;
  if (part >= TAPER_PART) return undefined;
  const at = Math.log(Math.max(part, LEAST_PART));
  return {
    minutes: read(LOG_PARTS, closed(curve.fall.minutes), at),
    wh: read(LOG_PARTS, closed(curve.fall.wh), at),
  };
}
