import * as v from 'valibot';
import { LIFE_STATES, PAIRING_CHECKS } from '../../domain/inventory/life-cycle';
import { ACCESSORY_KINDS } from '../../domain/inventory/record';
import { done, id, instantSchema, line, nothing, subject, text } from '../define';

const MAX_BAY = 30;
const bay = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_BAY));
const state = v.picklist(LIFE_STATES);
const thing = v.union([id('device'), id('accessory')]);
const rev = v.pipe(v.string(), v.maxLength(64));

/** What may be written on the back of a thing, on an invoice, on the commune's own sticker. */
const identifiedInput = {
  serial: v.optional(line(64)),
  maker: v.optional(line(60)),
  model: v.optional(line(80)),
  assetNumber: v.optional(line(64)),
};
const deviceInput = {
  label: line(60),
  kind: v.picklist(['tablet', 'computer']),
  ...identifiedInput,
  cart: v.optional(id('cart')),
  bay: v.optional(bay),
};
const accessoryInput = { label: line(60), kind: v.picklist(ACCESSORY_KINDS), ...identifiedInput };

const identified = {
  rev,
  label: v.string(),
  /** Eight letters, as in the QR of the label; see `domain/inventory/label-code`. */
  code: v.optional(v.string()),
  serial: v.optional(v.string()),
  maker: v.optional(v.string()),
  model: v.optional(v.string()),
  assetNumber: v.optional(v.string()),
  state,
  /** When it was said to be so; absent when nobody said anything. */
  since: v.optional(v.string()),
  /** Another poste says otherwise and nobody has settled it. */
  alsoSaid: v.array(state),
};

const inventoryDeviceSchema = v.object({
  id: id('device'),
  kind: v.picklist(['tablet', 'computer']),
  ...identified,
  cart: v.optional(id('cart')),
  bay: v.optional(v.number()),
});
export type InventoryDevice = v.InferOutput<typeof inventoryDeviceSchema>;

const inventoryAccessorySchema = v.object({
  id: id('accessory'),
  kind: v.picklist(ACCESSORY_KINDS),
  ...identified,
  /** The device it goes with. */
  device: v.nullable(id('device')),
  /** Devices another poste paired it with meanwhile. */
  alsoDevices: v.array(v.nullable(id('device'))),
});
export type InventoryAccessory = v.InferOutput<typeof inventoryAccessorySchema>;

const entry = { event: id('event'), at: instantSchema, by: v.string() };
const historyEntrySchema = v.variant('kind', [
  v.object({ kind: v.literal('state'), ...entry, state, note: v.optional(v.string()) }),
  v.object({
    kind: v.literal('pairing'),
    ...entry,
    accessory: id('accessory'),
    device: v.nullable(id('device')),
    /** It stays with a place of a cart, or with a poste, instead of a device. */
    place: v.optional(v.object({ cart: id('cart'), bay: v.number() })),
    poste: v.optional(v.string()),
    check: v.optional(v.object({ how: v.picklist(PAIRING_CHECKS), works: v.boolean() })),
  }),
  v.object({ kind: v.literal('battery'), ...entry, level: v.picklist(['charged', 'low']) }),
]);
export type HistoryEntry = v.InferOutput<typeof historyEntrySchema>;

/** A thing that cannot be added as it is names the one that stands in its way. */
const taken = ['serialKnown', 'labelTaken', 'bayTaken'] as const;

export const inventorySubject = subject({
  requests: {
    /** Everything: a school has some hundreds of things, and a search answers at each key. */
    list: {
      input: nothing,
      reply: v.object({
        devices: v.array(inventoryDeviceSchema),
        accessories: v.array(inventoryAccessorySchema),
        carts: v.array(v.object({ id: id('cart'), name: v.string(), bays: v.number() })),
      }),
    },
    /** What happened to it, latest first. */
    history: {
      input: v.strictObject({ of: thing }),
      reply: v.object({ entries: v.array(historyEntrySchema) }),
    },
    addDevice: {
      input: v.strictObject(deviceInput),
      reply: v.object({ outcome: v.picklist(['done', ...taken]), device: id('device') }),
    },
    /** Replaces the record. `rev` is the one that was on the screen. @throws `CONFLICT` */
    editDevice: {
      input: v.strictObject({ device: id('device'), rev, ...deviceInput }),
      reply: v.object({ outcome: v.picklist(['done', ...taken]), device: id('device') }),
    },
    /** Paired at once with `device` where it is given. */
    addAccessory: {
      input: v.strictObject({ ...accessoryInput, device: v.optional(id('device')) }),
      reply: v.object({
        outcome: v.picklist(['done', 'serialKnown', 'labelTaken']),
        accessory: id('accessory'),
      }),
    },
    editAccessory: {
      input: v.strictObject({ accessory: id('accessory'), rev, ...accessoryInput }),
      reply: v.object({
        outcome: v.picklist(['done', 'serialKnown', 'labelTaken']),
        accessory: id('accessory'),
      }),
    },
    setState: {
      input: v.strictObject({ of: thing, state, note: v.optional(text(300)) }),
      reply: v.object({ event: id('event') }),
    },
    /** `device: null` ends the pairing. */
    pair: {
      input: v.strictObject({ accessory: id('accessory'), device: v.nullable(id('device')) }),
      reply: v.object({ event: id('event') }),
    },
    /** A path at the binary door, good for this window. */
    exportCsv: { input: nothing, reply: v.object({ download: v.string() }) },
  },
  events: { changed: done },
});
