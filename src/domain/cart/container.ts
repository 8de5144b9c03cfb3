/** What a cart is: its container, its places, the room it stands in (CARMO-65: valise, chariot, armoire). */
import type { Id } from '../id';
import type { Instant } from '../time';

/** `none`: three tablets in a room; its places are the order of its list. */
export const CONTAINERS = ['suitcase', 'trunk', 'trolley', 'cabinet', 'none'] as const;
export type Container = (typeof CONTAINERS)[number];

export const MAX_PLACES = 30;
/** A pack of 15 is often two valises; nobody has been seen with more than three. */
export const MAX_BOXES = 3;

/** Places from 1 to `bays`; `boxes`: how many in each box of a pack, in order. */
export interface CartShape {
  readonly bays: number;
  readonly boxes?: readonly number[] | undefined;
}

const range = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => first + at);

/** The places of each box. Boxes that do not add up to the places (another poste resized it) are one box. */
export function boxesOf({ bays, boxes = [bays] }: CartShape): number[][] {
  const whole = boxes.reduce((sum, count) => sum + count, 0) === bays && boxes.every((count) => count > 0);
  let first = 1;
  return (whole ? boxes : [bays]).map((count) => {
    const places = range(first, count);
    first += count;
    return places;
  });
}

/** As even as can be, the first ones fuller: 15 in two is 8 and 7. @param count 1 to 3 */
export function split(bays: number, count: number): number[] {
  return range(0, count).map((at) => Math.floor(bays / count) + (at < bays % count ? 1 : 0));
}

/** What can be lent or booked apart: a box of a pack, else the two halves. A cart of one place has no half. */
export function partsOf(shape: CartShape): number[][] {
  const boxes = boxesOf(shape);
  if (boxes.length > 1) return boxes;
  return shape.bays < 2 ? [] : boxesOf({ bays: shape.bays, boxes: split(shape.bays, 2) });
}

/** A fact of a cart's life: never edited, `replaces` names those of its kind that its author knew of (clocks never decide). */
export interface SaidOfCart {
  readonly id: string;
  readonly at: Instant;
  /** Opaque id of who said so. */
  readonly by: string;
  readonly replaces: readonly string[];
}
export interface Moved extends SaidOfCart {
  readonly kind: 'moved';
  readonly room: string;
}
/** For whom: a class of the school, or an activity out of its hours (CARMO-72). */
export type ForWhom =
  | { readonly kind: 'class'; readonly class: Id<'class'> }
  | { readonly kind: 'activity'; readonly name: string };
export interface Lent extends SaidOfCart {
  readonly kind: 'lent';
  readonly bays: readonly number[];
  readonly to: ForWhom;
  readonly until: Instant;
}
export interface Returned extends SaidOfCart {
  readonly kind: 'returned';
  readonly loan: string;
}
/** « Annuler »: that fact, and what it replaced, are as if it had never been said. */
export interface Undone extends SaidOfCart {
  readonly kind: 'undone';
  readonly voids: string;
}
export type CartEvent = Moved | Lent | Returned | Undone;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** An order that every poste computes alike. */
export const bySaid = (a: SaidOfCart, b: SaidOfCart): number => compare(a.at, b.at) || compare(a.id, b.id);

/** Facts that nobody took back. Taking back a taking back brings the first one again, as far as there are facts. */
export function notUndone(events: readonly CartEvent[]): CartEvent[] {
  const voiding = new Map<string, string[]>();
  for (const event of events)
    if (event.kind === 'undone') voiding.set(event.voids, [...(voiding.get(event.voids) ?? []), event.id]);
  // Somebody may have written facts that take one another back: each is looked at once.
  const isVoid = (id: string, seen: ReadonlySet<string>): boolean =>
    !seen.has(id) && (voiding.get(id) ?? []).some((other) => !isVoid(other, new Set([...seen, id])));
  return events.filter((event) => !isVoid(event.id, new Set()));
}

export interface Room {
  readonly name: string;
  readonly since: Instant;
  readonly by: string;
  readonly event: string;
}

/** Where it stands; several where two postes moved it apart, the latest said first. Empty when nobody ever said. */
export function roomsOf(events: readonly CartEvent[]): Room[] {
  const moves = notUndone(events).filter((event) => event.kind === 'moved');
  const replaced = new Set(moves.flatMap(({ id, replaces }) => replaces.filter((other) => other !== id)));
  const standing = moves.filter(({ id }) => !replaced.has(id)).sort((a, b) => bySaid(b, a));
  const names = new Set<string>();
  return standing.flatMap(({ room, at, by, id }) => {
    if (names.has(room)) return [];
    names.add(room);
    return [{ name: room, since: at, by, event: id }];
  });
}
