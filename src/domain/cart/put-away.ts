/**
 * The cart that says nothing (DESIGN 6): no hub, tablets asleep. What is known is that somebody put the tablets away,
 * when, and plugged or not. From that: « 13 probablement prêtes (rangées hier à 16 h 25, branchées) ».
 */

import { instantOf } from './evidence';

/** How one device was put back. */
export type PutAwayState = 'plugged' | 'unplugged' | 'missing';

export interface PutAwayEntry {
  readonly device: string;
  readonly bay?: number;
  readonly state: PutAwayState;
}

/**
 * A fact, never edited: somebody put the cart away, or took it out. `replaces` names the facts its author knew of
 * (DESIGN 3: clocks never decide); two postes that were apart leave two facts standing, and both are heard.
 */
export interface CartFact {
  readonly id: string;
  readonly kind: 'putAway' | 'takenOut' | 'undone';
  /** UTC ISO instant. */
  readonly at: string;
  readonly entries: readonly PutAwayEntry[];
  readonly replaces: readonly string[];
  /** « Annuler »: that fact, and what it replaced, are as if it had never been written. */
  readonly voids?: string;
}

/**
 * A flat 10-inch tablet takes about four hours on a cart's 5 V port; before that it is not called probably ready.
 * The wear curve of each device will replace this figure (issue 6).
 */
export const CHARGE_HOURS = 4;

/** After the two weeks of the school holidays and their week-ends nothing is promised any more. Days. */
export const TRUST_DAYS = 18;

/** What the facts say of one device. */
export interface Rest {
  readonly device: string;
  readonly state: PutAwayState | 'out';
  /** UTC ISO instant of the fact. */
  readonly since: string;
}

/** Facts that are neither undone nor replaced. A fact that names itself stays. */
export function standingFacts(facts: readonly CartFact[]): CartFact[] {
  const voided = new Set(facts.map((fact) => fact.voids));
  const living = facts.filter((fact) => !voided.has(fact.id));
  const replaced = new Set<string>();
  for (const fact of living) for (const id of fact.replaces) if (id !== fact.id) replaced.add(id);
  return living.filter((fact) => !replaced.has(fact.id) && fact.kind !== 'undone');
}

/** When two standing facts disagree, the one that promises least is believed. */
const LEAST_PROMISING: readonly Rest['state'][] = ['missing', 'out', 'unplugged', 'plugged'];

/** What is known of each device from the facts that stand, whatever the order they arrived in. */
export function restOf(facts: readonly CartFact[]): Map<string, Rest> {
  const rest = new Map<string, Rest>();
  for (const fact of standingFacts(facts)) {
    for (const entry of fact.entries) {
      const state = fact.kind === 'takenOut' ? 'out' : entry.state;
      const before = rest.get(entry.device);
      const order = before ? LEAST_PROMISING.indexOf(state) - LEAST_PROMISING.indexOf(before.state) : -1;
      // The same state twice: the later instant, so that fewer hours of charge are promised.
      if (order < 0 || (order === 0 && before && instantOf(fact.at) > instantOf(before.since)))
        rest.set(entry.device, { device: entry.device, state, since: fact.at });
    }
  }
  return rest;
}

/** Whether a device put away so may be called probably ready. @param now milliseconds since the epoch */
export function isProbablyReady(rest: Rest | undefined, now: number): boolean {
  if (rest?.state !== 'plugged') return false;
  const hours = (now - instantOf(rest.since)) / 3_600_000;
  return hours >= CHARGE_HOURS && hours <= TRUST_DAYS * 24;
}

/** One clause of the sentence: « 13 probablement prêtes (rangées hier à 16 h 25, branchées) ». */
export interface ProbableGroup {
  readonly count: number;
  /** UTC ISO instant. */
  readonly since: string;
  /** `habit` is for the forecast that will come (issue 6). */
  readonly basis: 'putAwayPlugged' | 'habit';
  readonly devices: readonly string[];
}

/**
 * The devices that are probably ready, grouped by when they were put away; biggest group first.
 * @param known devices that a real reading already speaks for, which are therefore no longer guessed
 * @param now milliseconds since the epoch
 */
export function probableGroups(
  facts: readonly CartFact[],
  known: ReadonlySet<string>,
  now: number,
): ProbableGroup[] {
  const bySince = new Map<string, string[]>();
  for (const rest of restOf(facts).values()) {
    if (known.has(rest.device) || !isProbablyReady(rest, now)) continue;
    bySince.set(rest.since, [...(bySince.get(rest.since) ?? []), rest.device]);
  }
  return [...bySince]
    .map(([since, devices]) => ({
      count: devices.length,
      since,
      basis: 'putAwayPlugged' as const,
      devices: devices.sort(),
    }))
    .sort((a, b) => b.count - a.count || b.since.localeCompare(a.since));
}
