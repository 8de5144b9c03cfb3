import type { Audience } from '../audience';
import { addDays, addMonths, daysBetween, type LocalDay } from '../retention/calendar';
import { schoolYearOf } from '../time';

/** A closed year waits so long for a poste that has not reported (docs/sync-decisions.md §4). */
export const LATE_DAYS = 120;

/**
 * A closed year can be read for at least a month, even where all have reported the same evening: a register is looked at and
 * printed, last year's notebooks are still at hand (SDET UTI-AVE-CDT-10). A head may end it before.
 */
export const READING_DAYS = 28;

/** Before June nobody closes a year by mistake: what is closed is not opened again. */
export const earliestClosing = (year: number): LocalDay => `${String(year + 1)}-06-01`;

/** The year that follows, on the day it is closed: the next one, or the calendar's where several were left open. */
export const yearAfter = (year: number, day: LocalDay): number => Math.max(year + 1, schoolYearOf(day));

/**
 * Whether all that a poste says it wrote in a closed year has come here. It reported once that stood on another machine, and
 * that may be a relay from which nobody has taken it yet.
 * @param wrote the poste's last sequence in each base
 * @param held the last of them that is here; absent for a base that is not held here
 */
export const isHandedOver = (
  wrote: Readonly<Record<Audience, number>>,
  held: Readonly<Record<Audience, number>>,
): boolean =>
  Object.entries(wrote).every(([name, to]) => !Object.hasOwn(held, name) || to <= (held[name] ?? 0));

export interface ClosedYear {
  readonly year: number;
  /** The school's day on which it was closed. */
  readonly closedOn: LocalDay;
}

export type Ending =
  | { readonly kind: 'waiting'; readonly days: number }
  /** Every poste has handed over what it wrote, or those that did not have had their time. */
  | { readonly kind: 'due'; readonly why: 'reported' | 'late' };

/**
 * Whether a closed year can be ended.
 * @param silent postes that have not reported
 * @param horizon the school's day; no computer's clock decides
 */
export function endingOf(closed: ClosedYear, silent: number, horizon: LocalDay | undefined): Ending {
  if (silent === 0) return { kind: 'due', why: 'reported' };
  const gone = horizon === undefined ? 0 : Math.max(0, daysBetween(closed.closedOn, horizon));
  return gone >= LATE_DAYS ? { kind: 'due', why: 'late' } : { kind: 'waiting', days: LATE_DAYS - gone };
}

/** The last day on which late work is taken, where somebody stays silent. */
export const lateUntil = ({ closedOn }: ClosedYear): LocalDay | undefined => addDays(closedOn, LATE_DAYS);

/** Three months after the end of entitlement nothing of a leaver is kept that no register needs (SDET l. 1796–1797). */
const LEAVER_MONTHS = 3;

/** Whether who left on that day is gone for long. */
export function isLongGone(leftOn: LocalDay, horizon: LocalDay): boolean {
  const end = addMonths(leftOn, LEAVER_MONTHS);
  return end !== undefined && horizon >= end;
}
