import type { Id } from '../id';
import type { Instant } from '../time';
import type { Thing } from './record';

/**
 * What happened to a thing, as facts that are never edited (DESIGN 3). Each names the facts its author knew of: clocks
 * never decide. Two postes that were apart may leave two facts standing; both are told, and the one that promises least
 * is believed meanwhile.
 */

/** From most to least usable; the order decides which of two standing facts is believed (the later in this list). */
export const LIFE_STATES = ['inService', 'inReserve', 'inRepair', 'missing', 'retired'] as const;
export type LifeState = (typeof LIFE_STATES)[number];

interface Fact {
  readonly id: Id<'event'>;
  readonly subject: Thing;
  readonly at: Instant;
  /** Opaque id of who said so. */
  readonly by: string;
  readonly replaces: readonly string[];
}
export interface StateFact extends Fact {
  readonly kind: 'state';
  readonly state: LifeState;
  readonly note?: string | undefined;
  /** Of a thing that is missing: the class that had it last. */
  readonly class?: Id<'class'> | undefined;
}

/** What an accessory goes with: a device, whatever stands at a place of a cart, or a poste. */
export type Binding =
  | { readonly kind: 'device'; readonly device: Id<'device'> }
  | { readonly kind: 'bay'; readonly cart: Id<'cart'>; readonly bay: number }
  | { readonly kind: 'poste'; readonly poste: string };

/**
 * How it was made sure that the pair works: tried by hand and ear (`sound`, `voice`, `keys`, `picture`, `movement`,
 * `charge`), read in the device's own list (`bonded`), answered by it (`connected`), or said by a person (`word`).
 */
export const PAIRING_CHECKS = [
  'sound',
  'voice',
  'keys',
  'picture',
  'movement',
  'charge',
  'bonded',
  'connected',
  'word',
] as const;
export interface PairingCheck {
  readonly how: (typeof PAIRING_CHECKS)[number];
  readonly works: boolean;
}
export interface PairingFact extends Fact {
  readonly kind: 'pairing';
  readonly subject: Id<'accessory'>;
  /** The device it goes with; null: it goes with none any more, or with the place or the poste named below. */
  readonly device: Id<'device'> | null;
  readonly place?: { readonly cart: Id<'cart'>; readonly bay: number } | undefined;
  readonly poste?: string | undefined;
  /** Absent: nobody tried. */
  readonly check?: PairingCheck | undefined;
}
/** What a person says of the battery of a wireless accessory. What a computer reads of it is telemetry and is not kept. */
export interface BatteryFact extends Fact {
  readonly kind: 'battery';
  readonly subject: Id<'accessory'>;
  readonly level: 'charged' | 'low';
}
export type InventoryFact = StateFact | PairingFact | BatteryFact;

/** The facts of one thing and one kind that nothing replaces. A fact that names itself stays. */
export function standing<F extends InventoryFact>(facts: readonly F[]): F[] {
  const replaced = new Set(facts.flatMap((fact) => fact.replaces.filter((id) => id !== fact.id)));
  return facts.filter((fact) => !replaced.has(fact.id));
}

/** What is believed, and what another poste says that was never reconciled. */
export interface Derived<T> {
  readonly value: T;
  /** Instant of the fact that is believed; undefined when nothing was ever said. */
  readonly since: Instant | undefined;
  /** Other values that stand. Empty in the normal case. */
  readonly alsoSaid: readonly T[];
}

function believe<F extends InventoryFact, T>(
  facts: readonly F[],
  valueOf: (fact: F) => T,
  rank: (value: T) => number,
  nothingSaid: T,
): Derived<T> {
  const held = standing(facts)
    .map((fact) => ({ value: valueOf(fact), at: fact.at, id: fact.id }))
    // The id settles a tie, so that every poste shows the same.
    .sort((a, b) => rank(b.value) - rank(a.value) || compare(b.at, a.at) || compare(a.id, b.id));
  const [first] = held;
  if (!first) return { value: nothingSaid, since: undefined, alsoSaid: [] };
  const others = new Set(held.map((each) => each.value));
  others.delete(first.value);
  return { value: first.value, since: first.at, alsoSaid: [...others] };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A thing nobody said anything of is in service: it was recorded because it is there. */
export function lifeState(facts: readonly StateFact[]): Derived<LifeState> {
  return believe(
    facts,
    (fact) => fact.state,
    (state) => LIFE_STATES.indexOf(state),
    'inService',
  );
}

/** The device an accessory goes with, or null. « With a device » is believed over « with none »: somebody saw it there. */
export function pairedWith(facts: readonly PairingFact[]): Derived<Id<'device'> | null> {
  return believe<PairingFact, Id<'device'> | null>(
    facts,
    (fact) => fact.device,
    (device) => (device === null ? 0 : 1),
    null,
  );
}

/** As one word, so that two facts that say the same are one. */
function bindingWord({ device, place, poste }: PairingFact): string | null {
  if (device !== null) return device;
  if (place) return `${place.cart} ${String(place.bay)}`;
  return poste ?? null;
}

/** What an accessory goes with, and the fact that says so; several facts may stand where postes were apart. */
export function boundTo(facts: readonly PairingFact[]): {
  readonly value: Binding | null;
  readonly fact: PairingFact | undefined;
  readonly alsoSaid: number;
} {
  const { value, since, alsoSaid } = believe<PairingFact, string | null>(
    facts,
    bindingWord,
    (word) => (word === null ? 0 : 1),
    null,
  );
  const fact = standing(facts).find((each) => bindingWord(each) === value && each.at === since);
  return { value: fact ? bindingOf(fact) : null, fact, alsoSaid: alsoSaid.length };
}

function bindingOf({ device, place, poste }: PairingFact): Binding | null {
  if (device !== null) return { kind: 'device', device };
  if (place) return { kind: 'bay', ...place };
  return poste === undefined ? null : { kind: 'poste', poste };
}

/** Facts by thing, in an order that every poste computes alike: instant, then id. */
export function factsBySubject(facts: readonly InventoryFact[]): Map<Thing, InventoryFact[]> {
  const bySubject = new Map<Thing, InventoryFact[]>();
  for (const fact of [...facts].sort((a, b) => compare(a.at, b.at) || compare(a.id, b.id))) {
    const list = bySubject.get(fact.subject);
    if (list) list.push(fact);
    else bySubject.set(fact.subject, [fact]);
  }
  return bySubject;
}

export const isStateFact = (fact: InventoryFact): fact is StateFact => fact.kind === 'state';
export const isPairingFact = (fact: InventoryFact): fact is PairingFact => fact.kind === 'pairing';
export const isBatteryFact = (fact: InventoryFact): fact is BatteryFact => fact.kind === 'battery';
