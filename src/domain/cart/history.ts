/**
 * What is worth keeping of charging and use (docs/charging.md): one line a charge, one line a use, the last forty of each,
 * and what they teach of a device: what its battery takes, how fast, how long the end lasts, how fast it is used up.
 */
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
  /** Time with power, interruptions left out. */
  readonly minutes: number;
  /** It ended because the battery was full. */
  readonly full: boolean;
  /** Power while the battery took all it could. */
  readonly plateauW?: number;
  /** From the moment the power fell for good under `TAPER_PART` of the plateau to the end. */
  readonly taperMinutes?: number;
  readonly taperWh?: number;
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
}

export const KEPT_LINES = 40;
/** The end of a charge begins where the power falls for good under this part of the plateau. */
export const TAPER_PART = 0.85;
/** A charge shorter than this teaches nothing of capacity. Points of percentage. */
const TEACHES_FROM_POINTS = 12;
/** Batteries age: what is older than the last so many lines no longer speaks of today. */
const RECENT = 12;
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
  return {
    ...(model === undefined ? {} : { model }),
    charges: merge(all.flatMap((one) => one.charges)),
    uses: merge(all.flatMap((one) => one.uses)),
  };
}

/** A number and how far off it may be: `spread` is one standard deviation as a part of the value. */
export interface Estimate {
  readonly value: number;
  readonly spread: number;
}

/** Whose lines it is made of. */
export type HabitSource = 'device' | 'model' | 'default';

export interface Habit {
  readonly source: HabitSource;
  /** Watt-hours at the port from empty to full. */
  readonly capacityWh: Estimate;
  readonly plateauW: Estimate;
  readonly taperWh: Estimate;
  readonly taperMinutes: Estimate;
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
  plateauW: { value: 9, spread: 0.25 },
  taperWh: { value: 6.5, spread: 0.4 },
  taperMinutes: { value: 75, spread: 0.4 },
  usualWh: { value: 18, spread: 0.5 },
  usePerHour: { value: 24, spread: 0.35 },
};

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

const recent = (history: DeviceHistory): ChargeLine[] => history.charges.filter(plausible).slice(-RECENT);

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
    plateauW: estimate(
      of(({ plateauW }) => plateauW),
      prior.plateauW,
      0.02,
    ),
    taperWh: estimate(
      of(({ full, taperWh }) => (full ? taperWh : undefined)),
      prior.taperWh,
      0.05,
    ),
    taperMinutes: estimate(
      of(({ full, taperMinutes }) => (full ? taperMinutes : undefined)),
      prior.taperMinutes,
      0.05,
    ),
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
