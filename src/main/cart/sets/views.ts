/** From documents to what the screens show, in the words that the asker may read. */
import type { BookingView, LoanView, SetView } from '../../../contract/staff/cart-sets';
import { clashesOf, freeness, isInSchoolHours, type Occurrence } from '../../../domain/cart/booking';
import { boxesOf, partsOf, roomsOf, type ForWhom } from '../../../domain/cart/container';
import { loansOf, type LoanState } from '../../../domain/cart/loan';
import { countPresence, presenceOf, type DevicePresence, type Sighting } from '../../../domain/cart/presence';
import { sameSerial } from '../../../domain/inventory/record';
import type { Id } from '../../../domain/id';
import { POSTE, teaches, type Actor } from '../../../domain/rights/actor';
import { authorize } from '../../../domain/rights/authorize';
import { instant } from '../../../domain/time';
import { readBookings, readEnded, readEvents, readPutAways, readSets, type CartDocument } from './documents';
import { devicesOf } from './places';
import type { SetsDeps } from './types';

export interface Words {
  person(id: string): string | undefined;
  whom(to: ForWhom): BookingView['for'];
  cart(id: Id<'cart'>): string | undefined;
}

export async function wordsFor({ names, parc }: SetsDeps, actor: Actor): Promise<Words> {
  const [people, classes] = await Promise.all([names.people(actor), names.classes(actor)]);
  const labels = new Map<string, string>(classes.map(({ id, label }) => [id, label]));
  const carts = new Map<string, string>(readSets(parc).map(({ _id, name }) => [_id, name]));
  return {
    person: (id) => people.get(id),
    cart: (id) => carts.get(id),
    whom: (to) =>
      to.kind === 'class'
        ? {
            kind: 'class',
            class: to.class,
            ...(labels.has(to.class) ? { label: labels.get(to.class) } : {}),
            mine: teaches(actor, to.class),
          }
        : { kind: 'activity', label: to.name, mine: false },
  };
}

const isSaidBy = (actor: Actor, by: string): boolean => actor.kind === 'staff' && actor.personId === by;
const optional = <K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, T>);

/** @param all those of the same days, to tell which cannot go together */
export async function bookingViews(
  deps: SetsDeps,
  actor: Actor,
  shown: readonly Occurrence[],
  all: readonly Occurrence[],
): Promise<BookingView[]> {
  const words = await wordsFor(deps, actor);
  const views: BookingView[] = [];
  for (const one of shown) {
    const { booking, date, from, until } = one;
    const cartName = words.cart(booking.cart);
    // Of a cart that is not there any more.
    if (cartName === undefined) continue;
    const outside = booking.for.kind === 'activity' && !isInSchoolHours(date, booking.from, booking.to);
    const mine = isSaidBy(actor, booking.by);
    views.push({
      booking: booking.id,
      cart: booking.cart,
      cartName,
      ...(booking.bays ? { bays: [...booking.bays] } : {}),
      date,
      start: booking.from,
      end: booking.to,
      from: instant(from),
      until: instant(until),
      ...optional('weeklyUntil', booking.weeklyUntil),
      for: words.whom(booking.for),
      ...optional('by', words.person(booking.by)),
      mine,
      mayCancel: (mine && authorize(actor, 'cart.book')) || authorize(actor, 'school.manage'),
      ...optional('note', booking.note),
      clashes: clashesOf(one, all).map((other) => other.booking.id),
      ...(outside ? { convention: await deps.convention(from) } : {}),
    });
  }
  return views;
}

export function loanStates(deps: SetsDeps, cart: Id<'cart'>): LoanState[] {
  const at = new Map(
    devicesOf(deps).flatMap(({ id, cart: of, bay }) => (of === cart && bay !== undefined ? [[bay, id]] : [])),
  );
  return loansOf(
    readEvents(deps.parc, cart),
    readPutAways(deps.parc, cart),
    (bay) => at.get(bay),
    deps.platform.clock(),
  );
}

export function loanView(
  cart: Pick<CartDocument, '_id' | 'name'>,
  { loan, state, clashes }: LoanState,
  words: Words,
  actor: Actor,
): LoanView[] {
  if (state === 'back') return [];
  return [
    {
      event: loan.id as Id<'event'>,
      cart: cart._id,
      cartName: cart.name,
      bays: [...loan.bays].sort((a, b) => a - b),
      to: words.whom(loan.to),
      since: loan.at,
      until: loan.until,
      ...optional('by', words.person(loan.by)),
      mine: isSaidBy(actor, loan.by),
      state,
      clash: clashes.length > 0,
    },
  ];
}

/** Devices that a hub names at a place now. */
function sightings(deps: SetsDeps, cart: Id<'cart'>): Sighting[] {
  const at = instant(deps.platform.clock());
  const devices = devicesOf(deps);
  return [...deps.attached(cart)].flatMap(([bay, { serial }]) => {
    const found = devices.find((one) => sameSerial(one.serial, serial));
    return found ? [{ device: found.id, bay, at }] : [];
  });
}

export function presences(deps: SetsDeps, cart: Id<'cart'>, loans: readonly LoanState[]): DevicePresence[] {
  // As the poste: the panel's own demand was made by who asks.
  const panel = deps.panel(POSTE, cart);
  return presenceOf(
    {
      places: devicesOf(deps)
        .flatMap(({ id, cart: of, bay }) => (of === cart && bay !== undefined ? [{ device: id, bay }] : []))
        .sort((a, b) => a.bay - b.bay || (a.device < b.device ? -1 : 1)),
      bays: new Map(panel.bays.map((one) => [one.bay, one])),
      facts: readPutAways(deps.parc, cart),
      loans,
      sightings: sightings(deps, cart),
    },
    deps.platform.clock(),
  );
}

export async function setView(
  deps: SetsDeps,
  actor: Actor,
  { rev, cart }: { readonly rev: string; readonly cart: CartDocument },
): Promise<SetView> {
  const { parc, platform } = deps;
  const words = await wordsFor(deps, actor);
  const loans = loanStates(deps, cart._id);
  const [room, ...others] = roomsOf(readEvents(parc, cart._id));
  const devices = devicesOf(deps).filter((one) => one.cart === cart._id);
  const now = freeness(
    { cart: cart._id, bays: cart.bays },
    readBookings(parc),
    readEnded(parc),
    platform.clock(),
    deps.timeZone(),
  );
  const [next] = now.next ? await bookingViews(deps, actor, [now.next], []) : [];
  return {
    id: cart._id,
    name: cart.name,
    bays: cart.bays,
    ...optional('container', cart.container),
    boxes: boxesOf(cart).map((box) => box.length),
    parts: partsOf(cart),
    rev,
    ...(room
      ? { room: { name: room.name, since: room.since, alsoSaid: others.map(({ name }) => name) } }
      : {}),
    devices: {
      tablet: devices.filter(({ kind }) => kind === 'tablet').length,
      computer: devices.filter(({ kind }) => kind === 'computer').length,
    },
    presence: countPresence(presences(deps, cart._id, loans)),
    loans: loans.flatMap((one) => loanView(cart, one, words, actor)),
    going: await bookingViews(deps, actor, now.now, now.now),
    free: [...now.free],
    next: next ?? null,
  };
}
