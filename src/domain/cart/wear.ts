/**
 * How a battery ages (docs/charging.md): what a full charge takes, month after month, and how long it takes for the same span. A
 * battery that takes a third less than it once did is near its end.
 */
import { instantOf } from './evidence';
import type { ChargeLine, DeviceHistory } from './history';

/** One point of the curve. */
export interface WearPoint {
  /** UTC ISO instant of the charge. */
  readonly at: string;
  /** Watt-hours at the port from empty to full, by that charge. */
  readonly capacityWh: number;
  /** Minutes a point of percentage took. */
  readonly minutesAPoint: number;
}

export type WearAdvice =
  /** Too few comparable charges. */
  | 'unknown'
  | 'good'
  /** Noticeably less than at first: look again in a few months. */
  | 'ageing'
  /** Near its end: replace the battery or keep it for short lessons, plugged. */
  | 'dying'
  /** It takes far longer for the same: its cable or place, rather than its battery. */
  | 'slow';

export interface Wear {
  readonly points: readonly WearPoint[];
  /** Capacity today as a part of the most it was seen with; absent with too few charges. */
  readonly health?: number;
  /** Watt-hours a month, negative as it ages; absent with less than a month of charges. */
  readonly whAMonth?: number;
  readonly advice: WearAdvice;
}

/** Charges over less of the battery than this tell little of the whole. Points of percentage. */
const COMPARABLE_POINTS = 25;
/** Charges at each end that are taken together. */
const TOGETHER = 3;
const AGEING_BELOW = 0.85;
const DYING_BELOW = 0.7;
const SLOW_TIMES = 1.6;
const MONTH = 30 * 86_400_000;

const middle = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
};

function pointOf({ at, from, to, wh, minutes }: ChargeLine): WearPoint[] {
  if (from === undefined || to === undefined || wh === undefined || to - from < COMPARABLE_POINTS) return [];
  return [{ at, capacityWh: (wh * 100) / (to - from), minutesAPoint: minutes / (to - from) }];
}

/**
 * @param asNewWh what such a battery took when it was new, where another of its model or the maker tells; else its own best
 */
export function wearOf(history: DeviceHistory, asNewWh?: number): Wear {
  const points = history.charges.flatMap(pointOf);
  if (points.length < 2 * TOGETHER) return { points, advice: 'unknown' };
  const first = points.slice(0, TOGETHER);
  const last = points.slice(-TOGETHER);
  const [before, now] = [
    middle(first.map((one) => one.capacityWh)),
    middle(last.map((one) => one.capacityWh)),
  ];
  const health = Math.min(1, now / Math.max(before, asNewWh ?? 0));
  const span = instantOf(last.at(-1)?.at ?? '') - instantOf(first[0]?.at ?? '');
  const slower =
    middle(last.map((one) => one.minutesAPoint)) /
    Math.max(0.01, middle(first.map((one) => one.minutesAPoint)));
  const advice =
    health < DYING_BELOW ? 'dying' : slower > SLOW_TIMES ? 'slow' : health < AGEING_BELOW ? 'ageing' : 'good';
  return {
    points,
    health,
    ...(span >= MONTH ? { whAMonth: ((now - before) * MONTH) / span } : {}),
    advice,
  };
}

/** What the best batteries of a model take: what « as new » means where nobody kept the first charges. */
export function asNewOf(histories: readonly DeviceHistory[]): number | undefined {
  const capacities = histories.flatMap((one) => {
    const points = one.charges.flatMap(pointOf);
    return points.length >= TOGETHER ? [middle(points.map((point) => point.capacityWh))] : [];
  });
  if (capacities.length < 4) return undefined;
  // The second best: one gauge that lies low must not make every other battery look worn.
  return [...capacities].sort((a, b) => b - a)[1];
}
