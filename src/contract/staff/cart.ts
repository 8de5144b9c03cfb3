import * as v from 'valibot';
import { BAY_POWERS, CHARGE_SOURCES } from '../../domain/cart/evidence';
import { done, id, instantSchema, line, nothing, subject } from '../define';
import { hubRequests, hubSchema } from './cart-hubs';

export type { HubView } from './cart-hubs';

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

const forWhomSchema = v.variant('kind', [
  v.object({ kind: v.literal('class'), class: id('class') }),
  v.object({ kind: v.literal('activity'), name: v.string() }),
]);

const readinessSchema = v.object({
  readiness: v.picklist(['ready', 'probable', 'low', 'missing', 'unknown', 'lent']),
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
    'foreseen',
    'worn',
    'unplugged',
    'out',
    'lent',
    'nothingKnown',
  ]),
});

const spread = <T extends v.GenericSchema>(value: T) => v.object({ value, low: value, high: value });
const foreseenSchema = v.object({
  minutesAtBell: v.nullable(spread(v.number())),
  percentAtBell: v.nullable(spread(v.number())),
  /** UTC ISO instants. */
  fullAt: v.nullable(spread(v.string())),
  basis: v.picklist(['measured', 'habit', 'model']),
  because: v.picklist([
    'charging',
    'full',
    'level',
    'putAway',
    'held',
    'portOff',
    'unplugged',
    'fault',
    'notReturned',
    'nothingKnown',
  ]),
});

const panelBaySchema = v.object({
  bay: bayNumber,
  device: v.nullable(
    v.object({
      device: id('device'),
      number: v.number(),
      bay: bayNumber,
      label: v.optional(v.string()),
    }),
  ),
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
  foreseen: v.nullable(foreseenSchema),
  rest: v.nullable(
    v.object({ state: v.picklist(['plugged', 'unplugged', 'missing', 'out']), since: v.string() }),
  ),
  /** Since when it has not come back, and the class that had it: never a child (CARMO-68). */
  absence: v.nullable(v.object({ since: v.string(), class: v.optional(v.string()) })),
  lent: v.nullable(v.object({ to: forWhomSchema, until: v.string() })),
});
export type PanelBayView = v.InferOutput<typeof panelBaySchema>;

export const readinessSummarySchema = v.object({
  total: v.number(),
  ready: v.number(),
  probable: v.number(),
  low: v.number(),
  missing: v.number(),
  unknown: v.number(),
  lent: v.number(),
});

const probableSchema = v.object({
  count: v.number(),
  since: v.string(),
  basis: v.picklist(['putAwayPlugged', 'habit']),
  /** Still charging: they will be for the bell. */
  later: v.boolean(),
});

/** What is said before the lid is opened, of one cart: enough for a line anywhere. */
const glance = {
  summary: readinessSummarySchema,
  probable: v.array(probableSchema),
  /** Those that will not last a lesson, by how many minutes they will (null: nothing says so). */
  short: v.array(v.object({ minutes: v.nullable(v.number()), numbers: v.array(v.number()) })),
  gone: v.array(
    v.object({ number: v.number(), since: v.nullable(v.string()), class: v.optional(v.string()) }),
  ),
  /** Nobody knows their level; in a lesson or in somebody's hands. */
  charging: v.number(),
  out: v.number(),
  /** Numbers written on those that are not plugged, and on those whose place does not charge. */
  unplugged: v.array(v.number()),
  faulty: v.array(v.number()),
  /** When it is wanted next; `now`: this minute. */
  bell: v.object({ at: instantSchema, why: v.picklist(['booking', 'school', 'now']) }),
};
export const glanceSchema = v.object(glance);
export type CartGlance = v.InferOutput<typeof glanceSchema>;

const cartSchema = v.object({ id: id('cart'), name: v.string(), bays: bayNumber });

export const cartPanelSchema = v.object({
  cart: cartSchema,
  /** The host's clock when this was derived: ages are counted from it. */
  now: instantSchema,
  bays: v.array(panelBaySchema),
  ...glance,
  /** What to do now, for the bell. */
  evening: v.array(
    v.object({
      gesture: v.picklist(['plug', 'putBack', 'turnOn', 'otherPort', 'look', 'replace']),
      devices: v.array(v.object({ number: v.number(), bay: bayNumber })),
    }),
  ),
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
            ...glance,
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
