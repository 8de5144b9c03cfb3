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
  /** Said by its box as a whole, or by the device of its own battery. Degrees Celsius. */
  v.object({
    code: v.literal('hot'),
    by: v.optional(v.picklist(['box', 'device'])),
    celsius: v.optional(v.number()),
  }),
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
      /** `wifiPoint`: a device has its place on the port that feeds the cart's Wi-Fi point, which is left alone. */
      /** `onBattery`: this computer runs on its battery, so that nothing is switched off. */
      code: v.picklist(['unguarded', 'refused', 'silent', 'wifiPoint', 'onBattery']),
      bay: v.optional(bayNumber),
      detail: v.optional(v.string()),
    }),
  ),
  wear: v.array(wearSchema),
});
export type ChargingView = v.InferOutput<typeof chargingViewSchema>;

/** « Cette nuit » while a cart is put away: who will be ready for when, and who is not plugged. */
export const tonightSchema = v.object({
  cart: id('cart'),
  now: instantSchema,
  /** As in `view`: `blind` and `elsewhere` are foreseen from habit; everything that is plugged charges. */
  mode: v.picklist(['plan', 'advice', 'elsewhere', 'blind']),
  /** When the cart is wanted next. Milliseconds since the epoch, as all instants of a plan. */
  wantedAt: v.number(),
  /** `booking`: it is booked before that; `once`: asked for this time only (`wantAt`); `setting`: as every day. */
  why: v.picklist(['booking', 'once', 'setting']),
  /** As every day, minutes since local midnight. */
  readyBy: minuteOfDay,
  /** In the order of the places; without those that are lent. */
  devices: v.array(
    v.object({
      /** The number written on the device. */
      number: v.number(),
      bay: bayNumber,
      /** `waiting`: nobody and nothing has said yet that it is back; foreseen as if it were plugged now. */
      state: v.picklist(['plugged', 'waiting', 'unplugged', 'missing', 'fault', 'hot']),
      /** By its prudent estimate; null where it does not charge. */
      readyAt: v.nullable(v.number()),
      /** Not ready when it is wanted: its level then, 0 to 100; null where it will be, or where nothing can be said. */
      latePercent: v.nullable(v.number()),
      basis: v.picklist(['measured', 'habit', 'model']),
    }),
  ),
  /** The last `readyAt`; null where nothing charges. */
  allReadyAt: v.nullable(v.number()),
});
export type TonightView = v.InferOutput<typeof tonightSchema>;

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
    tonight: { input: ofCart, reply: tonightSchema },
    /** Wanted at that hour, the next time the clock shows it and that once only; null: as every day. */
    wantAt: {
      input: v.strictObject({ cart: id('cart'), minutes: v.nullable(minuteOfDay) }),
      reply: tonightSchema,
    },
  },
  events: { changed: v.object({ cart: id('cart') }) },
});
