import * as v from 'valibot';
import { BAY_POWERS, CHARGE_SOURCES } from '../../domain/cart/evidence';
import { done, id, instantSchema, line, nothing, subject } from '../define';
import { hubRequests, hubSchema } from './cart-hubs';

export const MAX_BAYS = 30;
const bayNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_BAYS));
const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const power = v.picklist(BAY_POWERS);

const evidence = <T extends v.GenericSchema>(value: T) =>
  v.object({
    value,
    source: v.picklist(CHARGE_SOURCES),
    at: v.string(),
    ageSeconds: v.number(),
    stale: v.boolean(),
  });
const measured = v.nullable(evidence(v.number()));

const readinessSchema = v.object({
  readiness: v.picklist(['ready', 'probable', 'low', 'missing', 'unknown']),
  because: v.picklist([
    'percent',
    'full',
    'longCharge',
    'charging',
    'staleReading',
    'putAway',
    'notReturned',
    'bayEmpty',
    'fault',
    'nothingKnown',
  ]),
});

const panelBaySchema = v.object({
  bay: bayNumber,
  device: v.nullable(v.object({ device: id('device'), number: v.number(), bay: bayNumber })),
  power: v.nullable(evidence(power)),
  percent: measured,
  currentMa: measured,
  voltageMv: measured,
  energyWh: measured,
  chargingSeconds: measured,
  portOff: v.boolean(),
  stale: v.boolean(),
  conflicts: v.array(
    v.object({
      about: v.picklist(['power', 'percent']),
      values: v.array(evidence(v.union([power, v.number()]))),
    }),
  ),
  readiness: v.nullable(readinessSchema),
});
export type PanelBayView = v.InferOutput<typeof panelBaySchema>;

export const readinessSummarySchema = v.object({
  total: v.number(),
  ready: v.number(),
  probable: v.number(),
  low: v.number(),
  missing: v.number(),
  unknown: v.number(),
});

const probableSchema = v.object({
  count: v.number(),
  since: v.string(),
  basis: v.picklist(['putAwayPlugged', 'habit']),
});

const cartSchema = v.object({ id: id('cart'), name: v.string(), bays: bayNumber });

export const cartPanelSchema = v.object({
  cart: cartSchema,
  /** The host's clock when this was derived: ages are counted from it. */
  now: instantSchema,
  bays: v.array(panelBaySchema),
  summary: readinessSummarySchema,
  probable: v.array(probableSchema),
  hubs: v.array(hubSchema),
  /** The last put-away that stands, which « Annuler » can undo. */
  putAway: v.nullable(v.object({ event: id('event'), at: v.string() })),
});
export type CartPanelView = v.InferOutput<typeof cartPanelSchema>;

const ofCart = v.strictObject({ cart: id('cart') });
const bayList = v.pipe(v.array(bayNumber), v.maxLength(MAX_BAYS));

export const cartSubject = subject({
  requests: {
    list: {
      input: nothing,
      reply: v.object({
        carts: v.array(
          v.object({
            ...cartSchema.entries,
            summary: readinessSummarySchema,
            probable: v.array(probableSchema),
          }),
        ),
      }),
    },
    /** The asker chooses the id, so that a request repeated after a cut adds one cart. */
    create: {
      input: v.strictObject({ cart: id('cart'), name: line(60), bays: bayNumber }),
      reply: done,
    },
    panel: { input: ofCart, reply: cartPanelSchema },
    /** « Tout est rangé et branché », except what is named. */
    putAway: {
      input: v.strictObject({ cart: id('cart'), unplugged: bayList, missing: bayList }),
      reply: v.object({ event: id('event') }),
    },
    /** The devices left the cart: nothing is probable any more. */
    takeOut: { input: ofCart, reply: v.object({ event: id('event') }) },
    undo: { input: v.strictObject({ cart: id('cart'), event: id('event') }), reply: done },
    /** What somebody sees with their own eyes; with neither value it takes back what was said of the place. */
    note: {
      input: v.strictObject({
        cart: id('cart'),
        bay: bayNumber,
        power: v.optional(power),
        percent: v.optional(percent),
      }),
      reply: done,
    },
    ...hubRequests,
  },
  events: { changed: v.object({ cart: id('cart') }) },
});
