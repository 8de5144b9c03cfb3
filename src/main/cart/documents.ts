/** Documents of the cart in the audience `parc`, and how they are read back (a foreign poste may have written them). */
import * as v from 'valibot';
import { id } from '../../contract/define';
import { BAY_POWERS } from '../../domain/cart/evidence';
import { hubLinkSchema } from '../../contract/staff/cart-hubs';
import type { Id } from '../../domain/id';
import type { AudienceDatabase } from '../../store/port';

const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(30));
const V1 = v.literal(1);

/** What one person edits: one document. */
const cart = v.looseObject({
  _id: id('cart'),
  type: v.literal('cart'),
  v: V1,
  name: v.string(),
  bays: count,
});

/** First place of a box that feeds no place: beyond any cart's thirty, so that nothing of it is taken for a tablet's. */
export const NO_PLACE = 1_000;

/** Where a hub hangs. A serial path means something on one computer only, so the document names it. */
const hub = v.looseObject({
  _id: id('hub'),
  type: v.literal('hub'),
  v: V1,
  cart: id('cart'),
  poste: v.string(),
  firstBay: v.pipe(
    v.nullable(count),
    v.transform((bay) => bay ?? NO_PLACE),
  ),
  link: hubLinkSchema,
  /** What the box calls itself, told by it at its first answer. */
  serial: v.optional(v.pipe(v.string(), v.maxLength(80))),
});

/** An immutable fact: put away, taken out, undone. */
const cartFact = v.looseObject({
  _id: id('event'),
  type: v.literal('cartFact'),
  v: V1,
  cart: id('cart'),
  kind: v.picklist(['putAway', 'takenOut', 'undone']),
  at: v.string(),
  by: v.string(),
  entries: v.array(
    v.object({
      device: v.string(),
      bay: v.optional(v.number()),
      state: v.picklist(['plugged', 'unplugged', 'missing']),
    }),
  ),
  replaces: v.array(v.string()),
  voids: v.optional(v.string()),
  /** The class whose lesson it was; never a person. */
  class: v.optional(v.string()),
});

/** An immutable fact: what somebody saw at a place. Neither value: they take it back. */
const cartObservation = v.looseObject({
  _id: id('event'),
  type: v.literal('cartObservation'),
  v: V1,
  cart: id('cart'),
  bay: count,
  at: v.string(),
  by: v.string(),
  power: v.optional(v.picklist(BAY_POWERS)),
  percent: v.optional(v.number()),
});

const SCHEMAS = { cart, hub, cartFact, cartObservation };
type Kind = keyof typeof SCHEMAS;
export type CartDocument<K extends Kind> = v.InferOutput<(typeof SCHEMAS)[K]>;

/** Every document of that kind that this version understands; the others are left alone in the store. */
export function readAll<K extends Kind>(db: AudienceDatabase, kind: K): CartDocument<K>[] {
  const schema: v.GenericSchema<unknown, CartDocument<K>> = SCHEMAS[kind] as never;
  return db.all(kind).flatMap((held) => {
    const parsed = v.safeParse(schema, held.body);
    return parsed.success ? [parsed.output] : [];
  });
}

export function readCart(db: AudienceDatabase, wanted: Id<'cart'>): CartDocument<'cart'> | undefined {
  const parsed = v.safeParse(cart, db.get(wanted)?.body);
  return parsed.success ? parsed.output : undefined;
}

export function readHub(db: AudienceDatabase, wanted: Id<'hub'>): CartDocument<'hub'> | undefined {
  const parsed = v.safeParse(hub, db.get(wanted)?.body);
  return parsed.success ? parsed.output : undefined;
}
