/**
 * The Wi-Fi point of a cart (CARMO-67, #11.8–#11.10), *débrayable*: off is its normal state and never an error. It is on
 * for a lesson or an update, by somebody's asking; it goes off with the last one that asked.
 */
import type { Id } from '../id';
import type { Instant } from '../time';

/** For what it is on. `hand`: somebody wants it on, for longer than one lesson. */
export const POINT_USES = ['lesson', 'update', 'hand'] as const;
export type PointUse = (typeof POINT_USES)[number];

/** How it is switched: a person at its button, or a port of a box that this or another computer reads. */
export type PointDrive =
  | { readonly kind: 'button' }
  /** `hub`: the `hub_` document of a power strip or of a USB hub; `port` as printed on it. */
  | { readonly kind: 'port'; readonly hub: Id<'hub'>; readonly port: number };

/** Why it was let go. `abandoned`: the computer that asked stopped before it could say so. */
export const RELEASES = ['over', 'hand', 'expired', 'abandoned'] as const;
export type Release = (typeof RELEASES)[number];

interface SaidOfPoint {
  readonly id: string;
  readonly at: Instant;
  /** Opaque id of a person, or `poste`. */
  readonly by: string;
}
/** Somebody needs it until then at most. */
export interface Asked extends SaidOfPoint {
  readonly kind: 'asked';
  readonly poste: string;
  readonly use: PointUse;
  readonly until: Instant;
  /** The lesson that holds it, once there is one. */
  readonly lesson?: string | undefined;
}
export interface Released extends SaidOfPoint {
  readonly kind: 'released';
  readonly asked: string;
  readonly why: Release;
}
/** `driver`: Préau switched it. `person`: somebody says that it is so. */
export interface Lit extends SaidOfPoint {
  readonly kind: 'lit';
  /** Those of its kind that its author knew of: clocks of two computers do not decide which one is the last. */
  readonly replaces: readonly string[];
  /** Who was known to need it then: somebody who asked and is named nowhere has not been answered yet. */
  readonly knew: readonly string[];
  readonly on: boolean;
  readonly how: 'driver' | 'person';
}
export type PointFact = Asked | Released | Lit;

/** A day in a classroom; nobody's Wi-Fi stays on for the night by forgetting. Minutes */
export const USUAL_MINUTES = 240;
/** Asked for before the lesson is open: enough to open it. Minutes */
export const OPENING_MINUTES = 30;
/** A port of a hub is asked every 2 s, a strip every 10 s: what is older is not known. ms */
export const PORT_FRESH_MS = 60_000;
/** Devices that answered so lately are there. ms */
export const SEEN_FRESH_MS = 120_000;

const ms = (at: Instant): number => Date.parse(at);
/** An order that every poste computes alike. */
const bySaid = (a: SaidOfPoint, b: SaidOfPoint): number =>
  ms(a.at) - ms(b.at) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Who needs it now: asked for, neither let go nor past its hour; the first one first. */
export function holdsOf(facts: readonly PointFact[], now: number): Asked[] {
  const letGo = new Set(facts.flatMap((fact) => (fact.kind === 'released' ? [fact.asked] : [])));
  return facts
    .filter((fact) => fact.kind === 'asked')
    .filter((fact) => !letGo.has(fact.id) && ms(fact.until) > now)
    .sort(bySaid);
}

/** Past their hour and not let go yet: it is said, so that the journal shows why it went off. */
export function expiredOf(facts: readonly PointFact[], now: number): Asked[] {
  const letGo = new Set(facts.flatMap((fact) => (fact.kind === 'released' ? [fact.asked] : [])));
  return facts
    .filter((fact) => fact.kind === 'asked')
    .filter((fact) => !letGo.has(fact.id) && ms(fact.until) <= now)
    .sort(bySaid);
}

/** What nobody has spoken after; several where two computers spoke apart. */
export function standingLit(facts: readonly PointFact[]): Lit[] {
  const lit = facts.filter((fact) => fact.kind === 'lit');
  const replaced = new Set(lit.flatMap(({ id, replaces }) => replaces.filter((other) => other !== id)));
  return lit.filter(({ id }) => !replaced.has(id)).sort(bySaid);
}

/** What is known from outside of the facts. */
export interface PointSigns {
  /** What its port says, and when this computer heard it. */
  readonly port?: { readonly on: boolean; readonly at: Instant } | undefined;
  /** Devices of this cart that answer here: when the latest of them came, and when one was last there. */
  readonly seen?: { readonly came: Instant; readonly last: Instant } | undefined;
  readonly now: number;
}

/** `usual`: nobody said anything; off is how it is left. */
export type LightBasis = 'port' | 'devices' | 'person' | 'driver' | 'usual';
export interface Light {
  readonly value: 'on' | 'off' | 'unknown';
  readonly basis: LightBasis;
  /** When it was said or heard; absent for `usual`. */
  readonly at?: Instant;
}

/**
 * Whether it is on, as far as can be known: its own port first; else the latest of what somebody said, what Préau did and
 * devices that answer. A « on » that nobody confirmed for longer than a day in class is not known any more.
 */
export function lightOf(facts: readonly PointFact[], { port, seen, now }: PointSigns): Light {
  if (port && now - ms(port.at) <= PORT_FRESH_MS)
    return { value: port.on ? 'on' : 'off', basis: 'port', at: port.at };
  const last = standingLit(facts).at(-1);
  const saidOff = last && !last.on ? ms(last.at) : -Infinity;
  // Where they came before somebody put it off, they came by another Wi-Fi.
  if (seen && now - ms(seen.last) <= SEEN_FRESH_MS && ms(seen.came) > saidOff)
    return { value: 'on', basis: 'devices', at: seen.last };
  if (!last) return { value: 'off', basis: 'usual' };
  if (!last.on) return { value: 'off', basis: last.how, at: last.at };
  const known = now - ms(last.at) <= USUAL_MINUTES * 60_000;
  return { value: known ? 'on' : 'unknown', basis: last.how, at: last.at };
}

/** Asked from another computer, and not heard here before: it is to be lit. Whoever puts it off afterwards has the last word. */
export function unanswered(facts: readonly PointFact[], now: number): boolean {
  const known = new Set(facts.flatMap((fact) => (fact.kind === 'lit' ? fact.knew : [])));
  return holdsOf(facts, now).some(({ id }) => !known.has(id));
}

/** Préau lit it, and everybody who asked is gone: it is owed darkness. */
export function owesOff(facts: readonly PointFact[], signs: PointSigns): boolean {
  const last = standingLit(facts).at(-1);
  return (
    last?.on === true &&
    last.how === 'driver' &&
    holdsOf(facts, signs.now).length === 0 &&
    lightOf(facts, signs).value !== 'off'
  );
}

/**
 * Préau put it off, nobody has asked since, and its port gives power: its box started anew and switched everything on. Asked only of boxes whose
 * ports have no button (charging and USB hubs): on a strip it may have been a hand.
 */
export function cameOnWithItsBox(facts: readonly PointFact[], signs: PointSigns): boolean {
  const last = standingLit(facts).at(-1);
  const { value, basis } = lightOf(facts, signs);
  return (
    last?.on === false &&
    last.how === 'driver' &&
    value === 'on' &&
    basis === 'port' &&
    holdsOf(facts, signs.now).length === 0
  );
}
