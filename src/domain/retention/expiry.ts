import type { Json } from '../json';
import { addMonths, dayIn, EARLIEST, endOfSchoolYear, isLocalDay, type LocalDay } from './calendar';
import { RULES, type Dated } from './rules';

/** As much of a document as retention looks at. */
export interface Dateable {
  readonly type: string;
  readonly v: number;
  readonly [field: string]: Json | undefined;
}

function at(body: Dateable, path: string): unknown {
  let value: unknown = body;
  for (const name of path.split('.')) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/** The first of the fields that is there decides, usable or not: a broken closing date is no reason to forget earlier. */
function dateOf(body: Dateable, rule: Dated): LocalDay | undefined {
  const found = rule.date.map((path) => at(body, path)).find((value) => value !== undefined);
  const day = dayIn(found);
  return day !== undefined && day >= EARLIEST ? day : undefined;
}

/** The first day on which the document is kept no longer; undefined for one that never goes by itself. */
export function expiresOn(body: Dateable): LocalDay | undefined {
  const rule = Object.hasOwn(RULES, body.type) ? RULES[body.type] : undefined;
  if (!rule || 'kept' in rule || !Number.isInteger(body.v) || body.v > rule.v) return undefined;
  const date = dateOf(body, rule);
  if (date === undefined) return undefined;
  return addMonths(rule.from === 'year' ? endOfSchoolYear(date) : date, rule.months);
}

/**
 * Whether a document is kept no longer on that day. From the document alone, so that every replica ends the same one under
 * the same horizon (docs/sync-decisions.md §3). A kind, a version or a date that is not understood is kept.
 */
export function isExpired(body: Dateable, day: LocalDay): boolean {
  const end = isLocalDay(day) ? expiresOn(body) : undefined;
  return end !== undefined && day >= end;
}
