import * as v from 'valibot';
import { done, id, instantSchema, subject } from '../define';
import { MAX_BAYS } from './cart';

const bayNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_BAYS));
const minuteOfDay = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1439));
/** From what a small hub draws to a circuit of its own. Milliamperes at the mains. */
export const ceilingMa = v.pipe(v.number(), v.integer(), v.minValue(500), v.maxValue(32_000));

/** How a cart is charged: part of its document, edited by a person. */
export const chargingSettingsSchema = v.object({
  /** What its circuit bears; absent: no ceiling. */
  ceilingMa: v.optional(ceilingMa),
  /** When everything is wanted full on a school day, minutes since local midnight. */
  readyBy: minuteOfDay,
  /** Charging is put into these hours where that leaves everybody in time. */
  window: v.optional(v.strictObject({ from: minuteOfDay, to: minuteOfDay })),
  /** Stop at full, wait below full. */
  spare: v.boolean(),
});

const wordSchema = v.variant('code', [
  v.object({ code: v.literal('charges'), until: v.number() }),
  v.object({ code: v.literal('turn'), from: v.number(), until: v.number() }),
  v.object({ code: v.literal('held'), percent: v.number(), from: v.number() }),
  v.object({ code: v.literal('window'), from: v.number() }),
  v.object({ code: v.literal('full'), from: v.number() }),
  v.object({ code: v.literal('late'), percent: v.number(), fullAt: v.number() }),
  v.object({ code: v.literal('fault') }),
  v.object({ code: v.literal('hot') }),
  v.object({ code: v.literal('away') }),
]);

const placeSchema = v.object({
  bay: bayNumber,
  /** The number written on the device. */
  number: v.nullable(v.number()),
  /** Milliseconds since the epoch, as all instants of a plan. */
  wantedAt: v.number(),
  fullAt: v.number(),
  on: v.array(v.object({ from: v.number(), to: v.number() })),
  words: v.array(wordSchema),
});

const wearSchema = v.object({
  bay: bayNumber,
  number: v.number(),
  advice: v.picklist(['unknown', 'good', 'ageing', 'dying', 'slow']),
  health: v.nullable(v.number()),
  points: v.array(v.object({ at: v.string(), capacityWh: v.number(), minutesAPoint: v.number() })),
});

export const chargingViewSchema = v.object({
  cart: v.object({ id: id('cart'), name: v.string() }),
  now: instantSchema,
  settings: chargingSettingsSchema,
  /** Which computer stays with the cart. */
  stays: v.picklist(['here', 'elsewhere', 'none']),
  /** `plan`: carried out here. `advice`: everything charges. `elsewhere`: another computer carries it out. `blind`: nothing measures. */
  mode: v.picklist(['plan', 'advice', 'elsewhere', 'blind']),
  plan: v.nullable(
    v.object({ madeAt: v.number(), end: v.number(), mostMa: v.number(), places: v.array(placeSchema) }),
  ),
  troubles: v.array(
    v.object({
      code: v.picklist(['unguarded', 'refused', 'silent']),
      bay: v.optional(bayNumber),
      detail: v.optional(v.string()),
    }),
  ),
  wear: v.array(wearSchema),
});
export type ChargingView = v.InferOutput<typeof chargingViewSchema>;

const ofCart = v.strictObject({ cart: id('cart') });

export const chargingSubject = subject({
  requests: {
    view: { input: ofCart, reply: chargingViewSchema },
    set: {
      input: v.strictObject({ cart: id('cart'), settings: v.strictObject(chargingSettingsSchema.entries) }),
      reply: done,
    },
    /** « Cet ordinateur reste avec le chariot », or no longer. */
    stays: { input: v.strictObject({ cart: id('cart'), here: v.boolean() }), reply: done },
  },
  events: { changed: v.object({ cart: id('cart') }) },
});
