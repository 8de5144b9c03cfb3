import { localDate } from '../time';
import { lastLocal } from './clock';
import type { NightWindow } from './settings';

/** What one kind of way carried in one day: bytes of HTTP bodies, whole parcels. */
export interface Carried {
  readonly up: number;
  readonly down: number;
  readonly runs: number;
  readonly sent: number;
  readonly received: number;
}
/** The school's line, its own network, or the line of wherever else the laptop is. */
export const WAYS = ['line', 'lan', 'away'] as const;
export type Way = (typeof WAYS)[number];
/** By local date of the school, then by way. */
export type MeterDays = Readonly<Record<string, Readonly<Partial<Record<Way, Carried>>>>>;
/** One run as it is counted; `runs` is 0 for what belongs to a run that was counted already. */
export type MeteredRun = Omit<Carried, 'runs'> & { readonly runs?: 0 | 1 };

export const NOTHING: Carried = { up: 0, down: 0, runs: 0, sent: 0, received: 0 };
/** Days that are kept: a year and a month, to compare with the same month. */
const KEEP_DAYS = 400;

const plus = (a: Carried, b: Carried): Carried => ({
  up: a.up + b.up,
  down: a.down + b.down,
  runs: a.runs + b.runs,
  sent: a.sent + b.sent,
  received: a.received + b.received,
});

/** Counts a run where its day and way stand; the oldest days go. */
export function addRun(days: MeterDays, at: number, zone: string, way: Way, run: MeteredRun): MeterDays {
  const date = localDate(at, zone);
  const day = days[date] ?? {};
  const next = {
    ...days,
    [date]: { ...day, [way]: plus(day[way] ?? NOTHING, { ...run, runs: run.runs ?? 1 }) },
  };
  const kept = Object.keys(next).sort().slice(-KEEP_DAYS);
  return Object.fromEntries(kept.flatMap((one) => (next[one] ? [[one, next[one]]] : [])));
}

/** What a way carried in a month, `2026-11`. */
export function ofMonth(days: MeterDays, month: string, way: Way): Carried {
  return Object.entries(days)
    .filter(([date]) => date.startsWith(`${month}-`))
    .map(([, day]) => day[way] ?? NOTHING)
    .reduce(plus, NOTHING);
}

export const monthOf = (at: number, zone: string): string => localDate(at, zone).slice(0, 7);

/**
 * Bytes the line has carried since the night's window last began. Counted by run and not by day: a night has two dates.
 * @param runs instant in milliseconds and bytes, of the last days
 */
export function spentTonight(
  runs: readonly { readonly at: number; readonly bytes: number }[],
  now: number,
  zone: string,
  night: NightWindow,
): number {
  const began = lastLocal(now, zone, night.from);
  return runs.filter(({ at }) => at >= began && at <= now).reduce((sum, { bytes }) => sum + bytes, 0);
}
