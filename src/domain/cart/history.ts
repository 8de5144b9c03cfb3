/**
 * What is worth keeping of charging and use (docs/charging.md): one line a charge, one line a use, the last forty of each,
 * and what they teach of a device: what its battery takes, how fast, how long the end lasts, how fast it is used up.
 */
import { assumedFall, FALL_PARTS, type FallTable } from './charger';
import { instantOf } from './evidence';

/** One charge, written when it ends. Watts and watt-hours are the port's, losses included. */
export interface ChargeLine {
  /** UTC ISO instant at which it ended. */
  readonly at: string;
  /** Levels at both ends, 0 to 100, where somebody said them. */
  readonly from?: number;
  readonly to?: number;
  /** Absent where nothing measured it: a device can say its level and nothing else. */
  readonly wh?: number;
  /** Minutes of use since the charge before it, where lessons knew them. */
  readonly used?: number;
  /** Time with power, interruptions left out. */
  readonly minutes: number;
  /** It ended because the battery was full. */
  readonly full: boolean;
  /** The most it drew for ten minutes: all it could take, where the charge began low enough. */
  readonly plateauW?: number;
  /** What went wrong during it. */
  readonly trouble?: 'fault' | 'overTemperature';
}

/** One use, from where the level was first heard to where it was last heard without a charge in between. */
export interface UseLine {
  readonly at: string;
  readonly from: number;
  readonly to: number;
  /** Minutes awake. */
  readonly minutes: number;
}

export interface DeviceHistory {
  /** What is the same thing for a battery: maker and model. Absent where the inventory does not know. */
  readonly model?: string;
  readonly charges: readonly ChargeLine[];
  readonly uses: readonly UseLine[];
  /** The end of its charges, as the last ones went; parts of the plateau that none has shown are null. */
  readonly fall?: SeenFall;
}

/** What one charge showed of its end: left at each of `FALL_PARTS`, null where it had begun below. */
export interface SeenFall {
  readonly minutes: readonly (number | null)[];
  readonly wh: readonly (number | null)[];
}

/** A charge that has just ended, with what it showed. */
export interface EndedCharge {
  readonly line: ChargeLine;
  readonly fall?: SeenFall;
}

export const KEPT_LINES = 40;
/** How much the last charge counts against all before it, in what is known of the end. */
const LAST_COUNTS = 0.35;
/** A charge shorter than this teaches nothing of capacity. Points of percentage. */
const TEACHES_FROM_POINTS = 12;
/** Batteries age: what is older than the last so many lines no longer speaks of today. */
const RECENT = 20;
const MAX_HOURS = 24;

const plausible = (line: ChargeLine): boolean =>
  line.minutes > 0 && line.minutes <= MAX_HOURS * 60 && (line.wh ?? 1) > 0 && (line.wh ?? 1) < 400;

/** The lines of several postes as one history: youngest last, each once. */
export function mergeHistories(all: readonly DeviceHistory[]): DeviceHistory {
  const merge = <L extends { readonly at: string }>(lines: readonly L[]): L[] =>
    [...new Map(lines.map((line) => [line.at, line])).values()]
      .sort((a, b) => instantOf(a.at) - instantOf(b.at))
      .slice(-KEPT_LINES);
  const model = all.find((one) => one.model !== undefined)?.model;
  const youngest = (one: DeviceHistory): number => instantOf(one.charges.at(-1)?.at ?? '');
  const fall = [...all].filter((one) => one.fall).sort((a, b) => youngest(b) - youngest(a))[0]?.fall;
  return {
    ...(model === undefined ? {} : { model }),
    ...(fall === undefined ? {} : { fall }),
    charges: merge(all.flatMap((one) => one.charges)),
    uses: merge(all.flatMap((one) => one.uses)),
  };
}

const blend = (before: number | null | undefined, now: number | null): number | null =>
  now === null ? (before ?? null) : typeof before === 'number' ? before + LAST_COUNTS * (now - before) : now;
const rounded = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 100) / 100;

/** One more charge, and what it showed of the end. */
export function withCharge(history: DeviceHistory, { line, fall }: EndedCharge): DeviceHistory {
  const next = mergeHistories([history, { charges: [line], uses: [] }]);
  if (!fall) return next;
  const before = history.fall;
  return {
    ...next,
    fall: {
      minutes: FALL_PARTS.map((_, at) => rounded(blend(before?.minutes[at], fall.minutes[at] ?? null))),
      wh: FALL_PARTS.map((_, at) => rounded(blend(before?.wh[at], fall.wh[at] ?? null))),
    },
  };
}

export const withUse = (history: DeviceHistory, use: UseLine): DeviceHistory =>
  mergeHistories([history, { charges: [], uses: [use] }]);

/** A number and how far off it may be: `spread` is one standard deviation as a part of the value. */
export interface Estimate {
  readonly value: number;
  readonly spread: number;
}

/** A charge to the full whose beginning was heard. */
export interface Taken {
  readonly points: number;
  readonly wh: number;
}

/** A charge to the full after so many minutes of use. */
export interface UseTaken {
  readonly used: number;
  readonly wh: number;
}

/** Whose lines it is made of. */
export type HabitSource = 'device' | 'model' | 'default';

export interface Habit {
  readonly source: HabitSource;
  /** Watt-hours at the port from empty to full. */
  readonly capacityWh: Estimate;
  /** Earlier charges to the full, oldest first: points of percentage missing, and what they took. */
  readonly taken: readonly Taken[];
  /** The same by minutes of use since the charge before. */
  readonly byUse: readonly UseTaken[];
  readonly plateauW: Estimate;
  /** False while it is only assumed. */
  readonly plateauSeen: boolean;
  /** The end of a charge, parts nobody saw filled from what is assumed. */
  readonly fall: FallTable;
  /** How far off its minutes may be, as a part of them. */
  readonly fallSpread: number;
  /** Watt-hours of a usual charge, for a device whose level nobody heard. */
  readonly usualWh: Estimate;
  /** Points of percentage an hour, in use. */
  readonly usePerHour: Estimate;
}

/**
 * Nothing known: a ten-inch tablet of a few years on a slow port, used with the screen bright. Prudent: longer to charge and
 * sooner empty than most.
 */
export const DEFAULT_HABIT: Habit = {
  source: 'default',
  capacityWh: { value: 33, spread: 0.3 },
  taken: [],
  byUse: [],
  plateauW: { value: 9, spread: 0.25 },
  plateauSeen: false,
  fall: assumedFall(75, 6.5),
  fallSpread: 0.4,
  usualWh: { value: 18, spread: 0.5 },
  usePerHour: { value: 24, spread: 0.35 },
};

/** A battery is bigger where more power is drawn: 27 Wh at 10 W, 48 Wh at 45 W, as tablets and computers are sold. */
const SOLD = { wh: 11.3, exponent: 0.38 } as const;

/** What nothing is known of, but the power it draws now: a guess at its size, better than the same for a tablet and a computer. */
export function assumedBy(habit: Habit, plateauW: number): Habit {
  if (habit.source !== 'default' || plateauW <= 0) return habit;
  const capacity = SOLD.wh * plateauW ** SOLD.exponent;
  return {
    ...habit,
    capacityWh: { value: capacity, spread: 0.25 },
    plateauW: { value: plateauW, spread: 0.1 },
    usualWh: { value: 0.4 * capacity, spread: 0.5 },
    fall: assumedFall(50, 0.17 * capacity),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Middle value and robust spread (1.4826 × the median distance), never surer than `floor` and than few lines allow. */
function estimate(values: readonly number[], prior: Estimate, floor: number): Estimate {
  if (values.length === 0) return prior;
  const value = median(values);
  const distance = median(values.map((one) => Math.abs(one - value)));
  const own = Math.max(floor, value > 0 ? (1.4826 * distance) / value : prior.spread);
  // One or two lines may both have been odd: what is not yet seen counts as one line of doubt.
  return { value, spread: Math.sqrt(own ** 2 + (prior.spread / (values.length + 1)) ** 2) };
}

/** The middle of what was seen at each part; where nothing was, the prior's shape at the size of the nearest that was. */
function fallOf(histories: readonly DeviceHistory[], prior: Habit): Pick<Habit, 'fall' | 'fallSpread'> {
  const column = (pick: (fall: SeenFall) => readonly (number | null)[], assumed: readonly number[]) => {
    const seen = FALL_PARTS.map((_, at) => {
      const values = histories.flatMap(({ fall }) => {
        const value = fall && pick(fall)[at];
        return typeof value === 'number' && value >= 0 ? [value] : [];
      });
      return values.length > 0 ? median(values) : undefined;
    });
    const known = seen.findIndex((value) => value !== undefined);
    const scale = known < 0 || !assumed[known] ? 1 : (seen[known] ?? 0) / assumed[known];
    const filled = seen.map(
      (value, at) => value ?? (at < known || known < 0 ? (assumed[at] ?? 0) * scale : 0),
    );
    // Less can only be left later.
    for (let at = filled.length - 2; at >= 0; at -= 1)
      filled[at] = Math.max(filled[at] ?? 0, filled[at + 1] ?? 0);
    return { filled, known };
  };
  const minutes = column(({ minutes: seen }) => seen, prior.fall.minutes);
  const wh = column(({ wh: seen }) => seen, prior.fall.wh);
  return {
    fall: { minutes: minutes.filled, wh: wh.filled },
    fallSpread: minutes.known < 0 ? prior.fallSpread : minutes.known > 0 ? 0.2 : 0.07,
  };
}

const recent = (history: DeviceHistory): ChargeLine[] => history.charges.filter(plausible).slice(-RECENT);

/** A charge that began nearly full never drew all it could: only those that came near the most count. */
function plateaus(charges: readonly ChargeLine[]): number[] {
  const seen = charges.flatMap(({ plateauW }) => (plateauW !== undefined && plateauW > 0 ? [plateauW] : []));
  const most = Math.max(0, ...seen);
  return seen.filter((watts) => watts >= 0.9 * most);
}

function learn(histories: readonly DeviceHistory[], prior: Habit, source: HabitSource): Habit | undefined {
  const charges = histories.flatMap(recent);
  const uses = histories.flatMap((one) => one.uses.slice(-RECENT));
  if (charges.length === 0 && uses.length === 0) return undefined;
  const of = (pick: (line: ChargeLine) => number | undefined): number[] =>
    charges.flatMap((line) => {
      const value = pick(line);
      return value === undefined || !(value > 0) ? [] : [value];
    });
  const capacities = of(({ from, to, wh }) =>
    from !== undefined && to !== undefined && wh !== undefined && to - from >= TEACHES_FROM_POINTS
      ? (wh / (to - from)) * 100
      : undefined,
  );
  const rates = uses.flatMap(({ from, to, minutes }) =>
    minutes >= 10 && from > to ? [((from - to) / minutes) * 60] : [],
  );
  return {
    source,
    capacityWh: estimate(capacities, prior.capacityWh, 0.02),
    taken: charges.flatMap(({ full, from, wh }) =>
      full && from !== undefined && wh !== undefined ? [{ points: 100 - from, wh }] : [],
    ),
    byUse: charges.flatMap(({ full, used, wh }) =>
      full && used !== undefined && wh !== undefined ? [{ used, wh }] : [],
    ),
    plateauW: estimate(plateaus(charges), prior.plateauW, 0.02),
    plateauSeen: plateaus(charges).length > 0,
    ...fallOf(histories, prior),
    usualWh: estimate(
      of(({ full, wh }) => (full ? wh : undefined)),
      prior.usualWh,
      0.1,
    ),
    usePerHour: estimate(rates, prior.usePerHour, 0.08),
  };
}

/**
 * What is to be expected of a device: its own lines; what they do not say, those of its model; else the prudent default.
 * @param siblings histories of devices of the same model, in this school
 */
export function habitOf(own: DeviceHistory | undefined, siblings: readonly DeviceHistory[]): Habit {
  const model = learn(siblings, DEFAULT_HABIT, 'model') ?? DEFAULT_HABIT;
  // Two tablets of one model differ by their years: what is the model's is less sure of one of them.
  const widened: Habit =
    model.source === 'default'
      ? model
      : {
          ...model,
          capacityWh: { ...model.capacityWh, spread: Math.max(model.capacityWh.spread, 0.1) },
          plateauW: { ...model.plateauW, spread: Math.max(model.plateauW.spread, 0.1) },
          usePerHour: { ...model.usePerHour, spread: Math.max(model.usePerHour.spread, 0.15) },
        };
  return (own && learn([own], widened, 'device')) ?? widened;
}

/** Charges from a level, or after a use, this near count most. Points of percentage, minutes. */
const NEAR = { points: 20, minutes: 30 } as const;
/** Each older charge counts this part of the next: batteries age, gauges are set right. */
const FADING = 0.97;
/** What a single charge may be off by, whatever history says: a gauge of whole percents, a day's error of it. Points. */
const DAY_POINTS = 1.2;
/** A day is used harder than another. Part of what it takes. */
const DAY_USE = 0.12;

interface Weighed {
  readonly x: number;
  readonly y: number;
  readonly weight: number;
}

/** Weighted straight line. */
function lineThrough(points: readonly Weighed[]): (x: number) => number {
  let [sw, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0];
  for (const { x, y, weight } of points) {
    sw += weight;
    sx += weight * x;
    sy += weight * y;
    sxx += weight * x * x;
    sxy += weight * x * y;
  }
  const spread = sw * sxx - sx * sx;
  const slope = spread > 1e-9 ? (sw * sxy - sx * sy) / spread : 0;
  const at0 = sw > 0 ? (sy - slope * sx) / sw : 0;
  return (x) => at0 + slope * x;
}

/**
 * What earlier charges say of one at `x`: near ones count most, old ones less, and one during which an update ran little (Huber's
 * weights). `anchors` are points that are no charges and keep the line sane where there are few.
 * @param doubt one standard deviation of a single charge
 */
function expected(
  past: readonly Omit<Weighed, 'weight'>[],
  anchors: readonly Weighed[],
  x: number,
  { near, doubt }: { readonly near: number; readonly doubt: number },
): { readonly value: number; readonly residual: number; readonly weight: number } {
  const own = past.map((one, at): Weighed => ({
    ...one,
    weight: FADING ** (past.length - 1 - at) * Math.exp(-(((one.x - x) / near) ** 2)),
  }));
  let weighed = own;
  let line = lineThrough([...anchors, ...own]);
  for (let round = 0; round < 4 && own.length > 0; round += 1) {
    weighed = own.map((one) => ({
      ...one,
      weight: one.weight * Math.min(1, (1.5 * doubt) / Math.max(Math.abs(one.y - line(one.x)), 1e-6)) ** 2,
    }));
    line = lineThrough([...anchors, ...weighed]);
  }
  const weight = weighed.reduce((sum, one) => sum + one.weight, 0);
  const squares = weighed.reduce((sum, one) => sum + one.weight * (one.y - line(one.x)) ** 2, 0);
  return { value: line(x), residual: Math.sqrt(squares / Math.max(weight, 1e-6)), weight };
}

/** Watt-hours from a level to full: the gauge of a device is not straight, and its own past knows by how much. */
export function needWh(habit: Habit, from: number): Estimate {
  const points = Math.max(0, 100 - from);
  if (points === 0) return { value: 0, spread: 0 };
  const { capacityWh, taken } = habit;
  const byCapacity = (capacityWh.value * points) / 100;
  const day = (capacityWh.value * DAY_POINTS) / 100;
  const said = expected(
    taken.map(({ points: x, wh: y }) => ({ x, y })),
    [
      { x: 0, y: 0, weight: 0.15 },
      { x: 100, y: capacityWh.value, weight: 0.25 },
    ],
    points,
    { near: NEAR.points, doubt: Math.max(day, 0.03 * byCapacity) },
  );
  const value = Math.max(0.2 * byCapacity, said.value);
  const unsure = (capacityWh.spread * byCapacity) ** 2 / (1 + 4 * said.weight);
  return { value, spread: Math.hypot(said.residual, Math.sqrt(unsure), day) / value };
}

/** Watt-hours to full where nobody heard the level: by how long it was used, else what is usual. */
export function needWhUnheard(habit: Habit, used: number | undefined): Estimate {
  const { usualWh, byUse, capacityWh } = habit;
  if (used === undefined || byUse.length < 3) return usualWh;
  const said = expected(
    byUse.map(({ used: x, wh: y }) => ({ x, y })),
    [{ x: 0, y: 0.04 * capacityWh.value, weight: 0.2 }],
    used,
    { near: NEAR.minutes, doubt: Math.max(0.03 * capacityWh.value, DAY_USE * usualWh.value) },
  );
  const value = Math.max(0.03 * capacityWh.value, Math.min(said.value, 1.1 * capacityWh.value));
  return { value, spread: Math.hypot(said.residual / value, DAY_USE, 0.5 / (1 + 2 * said.weight)) };
}
