/** Which device stands at which place: scanned, plugged, exchanged, emptied. Every gesture is answered with what was before, so that it can be taken back. */
import type { Id } from '../id';
import { CODE_LENGTH, CODE_LETTERS, readCode } from '../inventory/label-code';
import { search, type Searchable } from '../inventory/search';

/** Where a device has its place; `cart` without `bay`: it belongs there and waits for a place. */
export interface Place {
  readonly device: Id<'device'>;
  readonly cart?: Id<'cart'> | undefined;
  readonly bay?: number | undefined;
}

/** What one gesture moved. `before` holds the former place of each device of `after`, in the same order. */
export interface PlaceChange {
  readonly before: readonly Place[];
  readonly after: readonly Place[];
}

export interface PlacingOrder {
  readonly cart: Id<'cart'>;
  /** From 1. */
  readonly bay: number;
  readonly device: Id<'device'>;
  /** Already placed in this run, one scan after the other. */
  readonly run?: readonly Id<'device'>[] | undefined;
  /** Its place in another cart is given up: said by somebody who was told. */
  readonly evenFromElsewhere?: boolean | undefined;
}
export type Placing =
  | ({ readonly outcome: 'placed' } & PlaceChange)
  /** It has that place already: nothing to write, the next one. */
  | { readonly outcome: 'already' }
  | { readonly outcome: 'duplicate'; readonly bay: number }
  | { readonly outcome: 'elsewhere'; readonly cart: Id<'cart'>; readonly bay: number | undefined };

const at = (places: readonly Place[], cart: Id<'cart'>, bay: number): Place[] =>
  places.filter((one) => one.cart === cart && one.bay === bay);
const change = (pairs: readonly (readonly [Place, Place])[]): PlaceChange => ({
  before: pairs.map(([before]) => before),
  after: pairs.map(([, after]) => after),
});

/** Puts a device at a place; whoever stood there stays in the cart and waits for a place. */
export function placeAt(places: readonly Place[], order: PlacingOrder): Placing {
  const { cart, bay, device, run = [] } = order;
  const was = places.find((one) => one.device === device) ?? { device };
  const others = at(places, cart, bay).filter((one) => one.device !== device);
  if (run.includes(device) && was.cart === cart && was.bay !== undefined && was.bay !== bay)
    return { outcome: 'duplicate', bay: was.bay };
  if (was.cart !== undefined && was.cart !== cart && !order.evenFromElsewhere)
    return { outcome: 'elsewhere', cart: was.cart, bay: was.bay };
  if (was.cart === cart && was.bay === bay && others.length === 0) return { outcome: 'already' };
  const pairs = [
    [was, { device, cart, bay }] as const,
    ...others.map((one) => [one, { device: one.device, cart }] as const),
  ];
  return { outcome: 'placed', ...change(pairs) };
}

/** Two places of a cart exchange what stands at them; an empty one takes the other's. */
export function swap(places: readonly Place[], cart: Id<'cart'>, a: number, b: number): PlaceChange {
  if (a === b) return change([]);
  const go = (from: number, to: number) =>
    at(places, cart, from).map((one) => [one, { device: one.device, cart, bay: to }] as const);
  return change([...go(a, b), ...go(b, a)]);
}

/** These devices leave their place; `keep`: they stay in the cart and wait for one. */
export function emptied(
  places: readonly Place[],
  devices: readonly Id<'device'>[],
  keep: boolean,
): PlaceChange {
  return change(
    places
      .filter(({ device, cart }) => devices.includes(device) && cart !== undefined)
      .map((one) => [
        one,
        keep && one.cart ? { device: one.device, cart: one.cart } : { device: one.device },
      ]),
  );
}

/** Where two postes placed apart: who was meant stays, the others wait for a place. */
export function settled(
  places: readonly Place[],
  cart: Id<'cart'>,
  bay: number,
  stays: Id<'device'>,
): PlaceChange {
  const others = at(places, cart, bay).flatMap(({ device }) => (device === stays ? [] : [device]));
  return emptied(places, others, true);
}

/** « Annuler »: back to `before`; a place that somebody else has meanwhile is not taken from them. */
export function putBack(places: readonly Place[], before: readonly Place[]): PlaceChange {
  const moving = new Set(before.map(({ device }) => device));
  return change(
    before.flatMap((to) => {
      const now = places.find(({ device }) => device === to.device);
      if (!now) return [];
      const taken =
        to.cart !== undefined &&
        to.bay !== undefined &&
        at(places, to.cart, to.bay).some(({ device }) => !moving.has(device));
      return [[now, taken ? { device: to.device, cart: to.cart } : to] as const];
    }),
  );
}

export function applied(places: readonly Place[], { after }: PlaceChange): Place[] {
  const moved = new Map(after.map((one) => [one.device, one]));
  return places.map((one) => moved.get(one.device) ?? one);
}

/** What a scan or a typed word names. */
export type Named =
  | { readonly kind: 'device'; readonly device: Id<'device'> }
  | { readonly kind: 'several'; readonly devices: readonly Id<'device'>[] }
  /** The label of something that has no place: a headset. */
  | { readonly kind: 'notADevice'; readonly label: string }
  /** Eight letters of ours that do not check: the scanner slipped. */
  | { readonly kind: 'misread' }
  | { readonly kind: 'unknown' };

type NamedThing = Searchable & { readonly id: Id<'device'> | Id<'accessory'> };

const isDevice = (id: Id): id is Id<'device'> => id.startsWith('device_');

/** Reads a scan against the inventory. Words may fit several devices; a scan means one. */
export function namedBy(text: string, things: readonly NamedThing[]): Named {
  const { items, exact } = text.trim() === '' ? { items: [], exact: undefined } : search(things, text);
  if (exact && !isDevice(exact.id)) return { kind: 'notADevice', label: exact.label };
  const devices = items.flatMap(({ id }) => (isDevice(id) ? [id] : []));
  const [only, ...others] = devices;
  if (only)
    return others.length === 0
      ? { kind: 'device', device: only }
      : { kind: 'several', devices: devices.slice(0, 8) };
  if (items[0]) return { kind: 'notADevice', label: items[0].label };
  const letters = text.toUpperCase().replace(/[\s\-)_.]/g, '');
  const looksOurs = letters.length === CODE_LENGTH && [...letters].every((one) => CODE_LETTERS.includes(one));
  return { kind: looksOurs && readCode(text) === undefined ? 'misread' : 'unknown' };
}

/** The next place to fill after that one: the first that is free, else none. */
export function nextFree(bays: number, taken: ReadonlySet<number>, after = 0): number | undefined {
  for (let bay = after + 1; bay <= bays; bay += 1) if (!taken.has(bay)) return bay;
  return undefined;
}
