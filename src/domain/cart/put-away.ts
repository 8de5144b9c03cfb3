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
 * A fact, never edited: somebody put devices away, or took them out. It speaks of the devices of its entries alone;
 * `replaces` names the facts its author knew of (DESIGN 3: clocks never decide), which no longer count for those devices.
 * Two postes that were apart leave two facts standing, and both are heard.
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
  /** The class whose lesson the devices came back from, or went to: who had them last. Never a person. */
  readonly class?: string;
}

/**
 * A flat 10-inch tablet takes about four hours on a cart's 5 V port; before that it is not called probably ready where
 * nothing is known of how this one charges.
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

/** A device that did not come back, from the first time it was said. */
export interface Absence {
  readonly device: string;
  /** UTC ISO instant of the first of the facts in a row that say so. */
  readonly since: string;
  /** The class that had it last, where a lesson's end said so. */
  readonly class?: string;
}

const livingFacts = (facts: readonly CartFact[]): CartFact[] => {
  const voided = new Set(facts.map((fact) => fact.voids));
  return facts.filter((fact) => !voided.has(fact.id) && fact.kind !== 'undone');
};

interface Said {
  readonly fact: CartFact;
  readonly state: Rest['state'];
}

/** When two things are said of one device, the one that promises least is believed. */
const LEAST_PROMISING: readonly Rest['state'][] = ['missing', 'out', 'unplugged', 'plugged'];

/** The living facts by the devices they speak of; a device named twice in one fact is as its least promising entry. */
function byDevice(living: readonly CartFact[]): Map<string, Map<string, Said>> {
  const said = new Map<string, Map<string, Said>>();
  for (const fact of living)
    for (const entry of fact.entries) {
      const state = fact.kind === 'takenOut' ? 'out' : entry.state;
      const facts = said.get(entry.device) ?? new Map<string, Said>();
      const before = facts.get(fact.id);
      if (!before || LEAST_PROMISING.indexOf(state) < LEAST_PROMISING.indexOf(before.state))
        facts.set(fact.id, { fact, state });
      said.set(entry.device, facts);
    }
  return said;
}

/** Of the facts that speak of one device, those that no other of them replaces. A fact that names itself stays. */
function standing(facts: ReadonlyMap<string, Said>): Said[] {
  const replaced = new Set<string>();
  for (const { fact } of facts.values()) for (const id of fact.replaces) if (id !== fact.id) replaced.add(id);
  return [...facts.values()].filter(({ fact }) => !replaced.has(fact.id));
}

/** Facts that are not undone and that still count for at least one device. */
export function standingFacts(facts: readonly CartFact[]): CartFact[] {
  const living = livingFacts(facts);
  const ids = new Set<string>();
  for (const said of byDevice(living).values()) for (const { fact } of standing(said)) ids.add(fact.id);
  return living.filter((fact) => ids.has(fact.id));
}

/** What is known of each device from the facts that stand, whatever the order they arrived in. */
export function restOf(facts: readonly CartFact[]): Map<string, Rest> {
  const rest = new Map<string, Rest>();
  for (const [device, said] of byDevice(livingFacts(facts)))
    for (const { fact, state } of standing(said)) {
      const before = rest.get(device);
      const order = before ? LEAST_PROMISING.indexOf(state) - LEAST_PROMISING.indexOf(before.state) : -1;
      // The same state twice: the later instant, so that fewer hours of charge are promised.
      if (order < 0 || (order === 0 && before && instantOf(fact.at) > instantOf(before.since)))
        rest.set(device, { device, state, since: fact.at });
    }
  return rest;
}

/**
 * Since when each missing device is missing, and who had it: the facts in a row that say so are gone back through, by
 * what each one replaces and not by the clock.
 */
export function absences(facts: readonly CartFact[]): Map<string, Absence> {
  const all = new Map<string, Absence>();
  for (const [device, said] of byDevice(livingFacts(facts))) {
    const open = standing(said).filter((one) => one.state === 'missing');
    const seen = new Set<string>();
    let first: Said | undefined;
    let had: Said | undefined;
    for (let one = open.pop(); one; one = open.pop()) {
      if (seen.has(one.fact.id)) continue;
      seen.add(one.fact.id);
      if (!first || isBefore(one, first)) first = one;
      for (const id of one.fact.replaces) {
        const earlier = said.get(id);
        if (!earlier) continue;
        if (earlier.state === 'missing') open.push(earlier);
        // Of several before it, the latest: who had it last.
        else if (!had || isBefore(had, earlier)) had = earlier;
      }
    }
    if (!first) continue;
    const last = first.fact.class ?? had?.fact.class;
    all.set(device, { device, since: first.fact.at, ...(last === undefined ? {} : { class: last }) });
  }
  return all;
}

const isBefore = (a: Said, b: Said): boolean => {
  const [x, y] = [instantOf(a.fact.at), instantOf(b.fact.at)];
  return x < y || (x === y && a.fact.id < b.fact.id);
};

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
  /** `habit`: also from how each of them usually charges. */
  readonly basis: 'putAwayPlugged' | 'habit';
  /** Still charging: they will be for the bell, and are not yet. */
  readonly later: boolean;
  readonly devices: readonly string[];
}

/** The devices that are probable because of how they were put away, by when that was; biggest group first. */
export function probableGroups(
  devices: readonly { readonly rest: Rest; readonly habit: boolean; readonly later: boolean }[],
): ProbableGroup[] {
  const bySince = new Map<string, { devices: string[]; habit: boolean; later: boolean }>();
  for (const { rest, habit, later } of devices) {
    const group = bySince.get(rest.since) ?? { devices: [], habit: false, later: false };
    bySince.set(rest.since, {
      devices: [...group.devices, rest.device],
      habit: group.habit || habit,
      later: group.later || later,
    });
  }
  return [...bySince]
    .map(([since, group]) => ({
      count: group.devices.length,
      since,
      basis: group.habit ? ('habit' as const) : ('putAwayPlugged' as const),
      later: group.later,
      devices: group.devices.sort(),
    }))
    .sort((a, b) => b.count - a.count || b.since.localeCompare(a.since));
}
