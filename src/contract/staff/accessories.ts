import * as v from 'valibot';
import { ACCESSORY_LINKS, ACCESSORY_KINDS } from '../../domain/inventory/record';
import { LIFE_STATES, PAIRING_CHECKS } from '../../domain/inventory/life-cycle';
import { done, id, instantSchema, line, nothing, subject } from '../define';

const kind = v.picklist(ACCESSORY_KINDS);
const link = v.picklist(ACCESSORY_LINKS);
const bay = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(30));
const uint16 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff));
const usbPair = v.object({ vendor: uint16, product: uint16 });
const address = v.pipe(v.string(), v.regex(/^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/));
const check = v.object({ how: v.picklist(PAIRING_CHECKS), works: v.boolean() });
const said = v.pipe(v.string(), v.maxLength(120));
/** More than the accessories of one cart and less than a school's. */
const accessoryList = v.pipe(v.array(id('accessory')), v.maxLength(500));

const bindingInput = v.variant('kind', [
  v.strictObject({ kind: v.literal('device'), device: id('device') }),
  v.strictObject({ kind: v.literal('bay'), cart: id('cart'), bay }),
  /** This computer. */
  v.strictObject({ kind: v.literal('here') }),
]);

const batterySchema = v.object({
  percent: v.optional(v.number()),
  level: v.optional(v.picklist(['charged', 'low'])),
  source: v.picklist(['bluetooth', 'person']),
  at: v.string(),
  ageSeconds: v.number(),
  stale: v.boolean(),
  toCharge: v.boolean(),
});

const accessorySchema = v.object({
  id: id('accessory'),
  label: v.string(),
  kind,
  /** Eight letters, as in the QR of its label. */
  code: v.optional(v.string()),
  serial: v.optional(v.string()),
  link: v.optional(link),
  address: v.optional(v.string()),
  state: v.picklist(LIFE_STATES),
  since: v.optional(v.string()),
  /** Of one that is missing: the class that had it last. */
  class: v.optional(id('class')),
  goesWith: v.nullable(
    v.variant('kind', [
      v.object({ kind: v.literal('device'), device: id('device'), label: v.string() }),
      v.object({ kind: v.literal('bay'), cart: id('cart'), bay: v.number() }),
      v.object({ kind: v.literal('poste'), here: v.boolean() }),
    ]),
  ),
  /** Two computers of the school said two things. */
  disputed: v.boolean(),
  pairedAt: v.optional(v.string()),
  check: v.optional(check),
  hasBattery: v.boolean(),
  battery: v.optional(batterySchema),
});
export type AccessoryView = v.InferOutput<typeof accessorySchema>;

const nearbySchema = v.object({
  key: v.string(),
  by: v.picklist(['usb', 'bluetooth', 'serial', 'input']),
  name: v.optional(v.string()),
  maker: v.optional(v.string()),
  serial: v.optional(v.string()),
  usb: v.optional(usbPair),
  address: v.optional(address),
  kind: v.optional(kind),
  /** The accessory of the inventory that it surely is. */
  accessory: v.optional(id('accessory')),
  /** Those of the same model: a person says which. */
  maybe: v.array(id('accessory')),
  /** Bluetooth: known to this computer already. */
  paired: v.optional(v.boolean()),
  connected: v.optional(v.boolean()),
});
export type NearbyView = v.InferOutput<typeof nearbySchema>;

/** Why a pairing, or the reading of a tablet's list, did not come to its end. Each has its gesture on the screen. */
export const PAIRING_REFUSALS = [
  'notThere',
  'wrongCode',
  'refused',
  'timeout',
  'busy',
  'adapterOff',
  'noAdapter',
  'noService',
  'cancelled',
  'unknown',
] as const;
export type PairingRefusal = (typeof PAIRING_REFUSALS)[number];
const refusal = v.picklist(PAIRING_REFUSALS);

const bondedDevice = v.object({ name: v.string(), address: v.string(), connected: v.optional(v.boolean()) });

export const accessoriesSubject = subject({
  requests: {
    /** The accessories of one cart, in the order of its places, and those that go with nothing. */
    overview: {
      input: v.strictObject({ cart: id('cart') }),
      reply: v.object({
        cart: v.object({ id: id('cart'), name: v.string(), bays: v.number() }),
        now: instantSchema,
        places: v.array(
          v.object({
            bay: v.number(),
            device: v.optional(v.object({ device: id('device'), label: v.string() })),
            accessories: v.array(accessorySchema),
          }),
        ),
        /** In service and bound to nothing, to this computer or to a place of no cart. */
        others: v.array(accessorySchema),
      }),
    },
    /** One accessory, for its sheet and at the end of its pairing. */
    read: {
      input: v.strictObject({ accessory: id('accessory') }),
      reply: accessorySchema,
    },
    /** « Quinze casques »: one label after the other, each with its device where `with` names a cart. */
    addSeries: {
      input: v.strictObject({
        kind,
        label: line(60),
        count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60)),
        link: v.optional(link),
        model: v.optional(line(80)),
        with: v.optional(id('cart')),
      }),
      reply: v.object({
        added: v.array(id('accessory')),
        /** Labels that another accessory has: nothing was written for these. */
        taken: v.array(v.string()),
      }),
    },
    /**
     * What this computer sees: asked again every few seconds while somebody pairs. Looking ends by itself half a minute
     * after the last question.
     */
    nearby: {
      input: v.strictObject({ bluetooth: v.boolean() }),
      reply: v.object({
        usb: v.picklist(['looking', 'none', 'failed']),
        bluetooth: v.picklist(['ready', 'off', 'noAdapter', 'noService', 'guided', 'asleep']),
        things: v.array(nearbySchema),
      }),
    },
    bluetoothPower: { input: v.strictObject({ on: v.boolean() }), reply: done },
    /** Pairs with this computer; questions come as `asks` meanwhile. */
    pairHere: {
      input: v.strictObject({ address }),
      reply: v.variant('outcome', [
        v.object({
          outcome: v.literal('paired'),
          connected: v.boolean(),
          percent: v.optional(v.number()),
        }),
        v.object({ outcome: v.literal('refused'), why: refusal }),
      ]),
    },
    answer: { input: v.strictObject({ yes: v.boolean() }), reply: done },
    cancelPairing: { input: nothing, reply: done },
    /** This computer forgets it, so that a tablet may have it. */
    forgetHere: { input: v.strictObject({ address }), reply: done },
    /** What a tablet's own list of paired accessories says. */
    bonded: {
      input: v.strictObject({ device: id('device'), accessory: v.optional(id('accessory')) }),
      reply: v.variant('state', [
        v.object({
          state: v.literal('read'),
          list: v.array(bondedDevice),
          /** How surely the accessory is in it: by its address, by what a tablet shows of it, by its name. */
          found: v.picklist(['address', 'endOfAddress', 'name', 'no', 'notAsked']),
          connected: v.optional(v.boolean()),
        }),
        v.object({
          state: v.literal('unread'),
          why: v.picklist([
            'notATablet',
            'noSerial',
            'noAdb',
            'notPlugged',
            'notAllowed',
            'silent',
            'notTold',
          ]),
        }),
      ]),
    },
    /** Writes down what it goes with and how that was checked; `null` ends it. */
    bind: {
      input: v.strictObject({
        accessory: id('accessory'),
        to: v.nullable(bindingInput),
        check: v.optional(check),
      }),
      reply: v.object({ event: id('event') }),
    },
    /** By what it is recognised next time. */
    remember: {
      input: v.strictObject({
        accessory: id('accessory'),
        link: v.optional(link),
        usb: v.optional(usbPair),
        address: v.optional(address),
      }),
      reply: done,
    },
    /** The end of a lesson: these are not there, all the others are. */
    count: {
      input: v.strictObject({
        cart: id('cart'),
        absent: accessoryList,
        class: v.optional(id('class')),
      }),
      reply: v.object({ missing: v.array(id('accessory')), back: v.array(id('accessory')) }),
    },
    /** One that was found again, or one that is not found. */
    say: {
      input: v.strictObject({
        accessory: id('accessory'),
        state: v.picklist(['inService', 'missing']),
        class: v.optional(id('class')),
      }),
      reply: done,
    },
    sayBattery: {
      input: v.strictObject({ accessory: id('accessory'), level: v.picklist(['charged', 'low']) }),
      reply: done,
    },
  },
  events: {
    changed: done,
    /** Something was plugged, switched on, or went away. */
    nearby: done,
    /** During `pairHere`: compare a code, type one on the accessory, or nothing any more. */
    asks: v.object({
      ask: v.variant('kind', [
        v.object({ kind: v.literal('compare'), code: said }),
        v.object({ kind: v.literal('type'), code: said, typed: v.optional(v.number()) }),
        v.object({ kind: v.literal('allow') }),
        v.object({ kind: v.literal('nothing') }),
      ]),
    }),
  },
});
