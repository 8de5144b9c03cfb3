import * as v from 'valibot';
import { CHARGE_SOURCES } from '../../domain/cart/evidence';
import { done, id, instantSchema, subject } from '../define';

const word = v.picklist(['plugged', 'unplugged', 'missing']);
const placeSchema = v.object({
  device: id('device'),
  number: v.number(),
  bay: v.number(),
  state: v.picklist(['waiting', 'lent', 'plugged', 'unplugged', 'missing']),
  /** Who says so. */
  by: v.nullable(v.picklist(CHARGE_SOURCES)),
  hint: v.nullable(v.picklist(['portEmpty', 'awake', 'elsewhere', 'fault', 'doubt'])),
});
const scanned = { device: id('device'), label: v.string(), number: v.number(), bay: v.number() };
export type ClosingPlaceView = v.InferOutput<typeof placeSchema>;

const closingSchema = v.object({
  cart: id('cart'),
  name: v.string(),
  /** The first tap; null: nobody has begun. */
  begunAt: v.nullable(instantSchema),
  now: instantSchema,
  /** In the order of the places. */
  places: v.array(placeSchema),
});
export type ClosingView = v.InferOutput<typeof closingSchema>;

const ofCart = v.strictObject({ cart: id('cart') });

/** Putting a cart away: each place said as it fills, what is missing named, then one fact. */
export const closingSubject = subject({
  requests: {
    look: { input: ofCart, reply: closingSchema },
    /** The carts that devices have their places in: those a lesson has to put away. */
    carts: {
      input: v.strictObject({ devices: v.pipe(v.array(id('device')), v.maxLength(60)) }),
      reply: v.object({ carts: v.array(v.object({ id: id('cart'), name: v.string() })) }),
    },
    /** A tap on one device; without `word` it is taken back. */
    say: {
      input: v.strictObject({ cart: id('cart'), device: id('device'), word: v.optional(word) }),
      reply: closingSchema,
    },
    /** A label read by a scanner, or typed: that device is back in its place and plugged. */
    scan: {
      input: v.strictObject({ cart: id('cart'), text: v.pipe(v.string(), v.maxLength(200)) }),
      reply: v.variant('outcome', [
        /** `already`: it was said before. `word`: what had been said of it, to go back to. */
        v.object({ outcome: v.picklist(['put', 'already']), ...scanned, word: v.optional(word) }),
        /** It has no place in this cart. */
        v.object({ outcome: v.literal('elsewhere'), label: v.string(), cartName: v.nullable(v.string()) }),
        v.object({ outcome: v.literal('several'), labels: v.array(v.string()) }),
        v.object({ outcome: v.literal('notADevice'), label: v.string() }),
        v.object({ outcome: v.picklist(['misread', 'unknown']) }),
      ]),
    },
    /** It is over: whatever has not come is there (`plugged`) or is not (`missing`). */
    finish: {
      input: v.strictObject({
        cart: id('cart'),
        rest: v.picklist(['plugged', 'missing']),
        /** The class whose lesson it was. */
        class: v.optional(id('class')),
      }),
      reply: v.object({
        event: id('event'),
        plugged: v.number(),
        /** Numbers written on the devices. */
        unplugged: v.array(v.number()),
        missing: v.array(v.number()),
      }),
    },
    /** Nothing was said. */
    leave: { input: ofCart, reply: done },
  },
  events: { changed: v.object({ cart: id('cart') }) },
});
