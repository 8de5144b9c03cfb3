/** Documents of sets in the audience `parc`, and how they are read back (a foreign poste may have written them). */
import * as v from 'valibot';
import { id, instantSchema, line, localDateSchema } from '../../../contract/define';
import { CONTAINERS, MAX_BOXES, MAX_PLACES, type CartEvent } from '../../../domain/cart/container';
import type { Booking, BookingEnded } from '../../../domain/cart/booking';
import type { CartFact } from '../../../domain/cart/put-away';
import type { Id } from '../../../domain/id';
import type { AudienceDatabase, Revision } from '../../../store/port';
import { readAll } from '../documents';

const V1 = v.literal(1);
const bay = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_PLACES));
const minutes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1440));
const forWhom = v.variant('kind', [
  v.object({ kind: v.literal('class'), class: id('class') }),
  v.object({ kind: v.literal('activity'), name: line(60) }),
]);

/** The same document as the panel's; what other rooms write in it (ceiling, Wi-Fi point) is left as it is. */
const cart = v.looseObject({
  _id: id('cart'),
  type: v.literal('cart'),
  v: V1,
  name: v.string(),
  bays: bay,
  // Of a later version: a cart all the same.
  container: v.fallback(v.optional(v.picklist(CONTAINERS)), undefined),
  boxes: v.fallback(v.optional(v.pipe(v.array(bay), v.maxLength(MAX_BOXES))), undefined),
});

const fact = {
  _id: id('event'),
  type: v.picklist(['cartEvent', 'cartMoved']),
  v: V1,
  cart: id('cart'),
  at: instantSchema,
  by: v.string(),
  replaces: v.array(v.string()),
};
const cartEvent = v.variant('kind', [
  v.looseObject({ ...fact, kind: v.literal('moved'), room: line(60) }),
  v.looseObject({
    ...fact,
    kind: v.literal('lent'),
    bays: v.pipe(v.array(bay), v.minLength(1), v.maxLength(MAX_PLACES)),
    to: forWhom,
    until: instantSchema,
  }),
  v.looseObject({ ...fact, kind: v.literal('returned'), loan: id('event') }),
  v.looseObject({ ...fact, kind: v.literal('undone'), voids: id('event') }),
]);

const booking = v.pipe(
  v.looseObject({
    _id: id('booking'),
    type: v.literal('booking'),
    v: V1,
    cart: id('cart'),
    bays: v.optional(v.pipe(v.array(bay), v.minLength(1), v.maxLength(MAX_PLACES))),
    date: localDateSchema,
    from: minutes,
    to: minutes,
    weeklyUntil: v.optional(localDateSchema),
    for: forWhom,
    by: id('staff'),
    at: instantSchema,
    note: v.optional(line(120)),
  }),
  v.check(({ from, to }) => from < to),
);
const bookingEnded = v.looseObject({
  _id: id('event'),
  type: v.literal('bookingEnded'),
  v: V1,
  booking: id('booking'),
  day: v.optional(localDateSchema),
  person: id('staff'),
  at: instantSchema,
});

export type CartDocument = v.InferOutput<typeof cart>;

function read<T>(parc: AudienceDatabase, type: string, schema: v.GenericSchema<unknown, T>): T[] {
  return parc.all(type).flatMap(({ body }) => {
    const parsed = v.safeParse(schema, body);
    return parsed.success ? [parsed.output] : [];
  });
}

export const readSets = (parc: AudienceDatabase): CartDocument[] => read(parc, 'cart', cart);

export function readSet(
  parc: AudienceDatabase,
  wanted: Id<'cart'>,
): { readonly rev: Revision; readonly cart: CartDocument } | undefined {
  const held = parc.get(wanted);
  const parsed = v.safeParse(cart, held?.body);
  return held && parsed.success ? { rev: held.rev, cart: parsed.output } : undefined;
}

/** Moves are kept as long as the cart, loans a year: what is taken back is of the kind of what it takes back. */
export const typeOfEvent = (kind: CartEvent['kind']): 'cartEvent' | 'cartMoved' =>
  kind === 'moved' ? 'cartMoved' : 'cartEvent';

export const readEvents = (parc: AudienceDatabase, wanted: Id<'cart'>): CartEvent[] =>
  [...read(parc, 'cartEvent', cartEvent), ...read(parc, 'cartMoved', cartEvent)]
    .filter((one) => one.cart === wanted)
    .map(({ _id, ...rest }) => ({ ...rest, id: _id }));

export const readBookings = (parc: AudienceDatabase): Booking[] =>
  read(parc, 'booking', booking).map(({ _id, ...rest }) => ({ ...rest, id: _id }));

export const readEnded = (parc: AudienceDatabase): BookingEnded[] => read(parc, 'bookingEnded', bookingEnded);

/** What was said when the cart was put away or taken out. */
export const readPutAways = (parc: AudienceDatabase, wanted: Id<'cart'>): CartFact[] =>
  readAll(parc, 'cartFact')
    .filter((one) => one.cart === wanted)
    .map(({ _id, kind, at, entries, replaces, voids }) => ({
      id: _id,
      kind,
      at,
      entries: entries.map(({ device, state }) => ({ device, state })),
      replaces,
      ...(voids === undefined ? {} : { voids }),
    }));
