/** Documents of the inventory in the audience `parc`, and how they are read back (a foreign poste may have written them). */
import * as v from 'valibot';
import { id } from '../../contract/define';
import { readCode } from '../../domain/inventory/label-code';
import { LIFE_STATES, PAIRING_CHECKS, type InventoryFact } from '../../domain/inventory/life-cycle';
import {
  ACCESSORY_KINDS,
  ACCESSORY_LINKS,
  type Accessory,
  type Device,
  type Recognition,
} from '../../domain/inventory/record';
import type { AudienceDatabase, Revision } from '../../store/port';

const V1 = v.literal(1);
const words = v.optional(v.pipe(v.string(), v.maxLength(200)));
const identified = {
  v: V1,
  label: v.string(),
  code: v.optional(
    v.pipe(
      v.string(),
      v.check((code) => readCode(code) === code),
    ),
  ),
  serial: words,
  maker: words,
  model: words,
  assetNumber: words,
};

/** Shared with the LAN door (`domain/device`), which knows its label, kind and cart. */
const device = v.looseObject({
  _id: id('device'),
  type: v.literal('device'),
  kind: v.picklist(['tablet', 'computer']),
  ...identified,
  cartId: v.optional(id('cart')),
  bay: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(30))),
});

const uint16 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff));
const accessory = v.looseObject({
  _id: id('accessory'),
  type: v.literal('accessory'),
  // A later version knows kinds that this one does not: the thing is there all the same.
  kind: v.fallback(v.picklist(ACCESSORY_KINDS), 'other'),
  ...identified,
  link: v.fallback(v.optional(v.picklist(ACCESSORY_LINKS)), undefined),
  usb: v.fallback(v.optional(v.object({ vendor: uint16, product: uint16 })), undefined),
  address: v.fallback(v.optional(v.pipe(v.string(), v.regex(/^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/))), undefined),
});

const fact = { _id: id('event'), v: V1, at: v.string(), by: v.string(), replaces: v.array(v.string()) };
const inventoryFact = v.variant('kind', [
  v.looseObject({
    ...fact,
    kind: v.literal('state'),
    subject: v.union([id('device'), id('accessory')]),
    state: v.picklist(LIFE_STATES),
    note: words,
    class: v.optional(id('class')),
  }),
  v.looseObject({
    ...fact,
    kind: v.literal('pairing'),
    subject: id('accessory'),
    device: v.nullable(id('device')),
    place: v.optional(v.object({ cart: id('cart'), bay: v.number() })),
    poste: v.optional(v.string()),
    check: v.optional(v.object({ how: v.picklist(PAIRING_CHECKS), works: v.boolean() })),
  }),
  v.looseObject({
    ...fact,
    kind: v.literal('battery'),
    subject: id('accessory'),
    level: v.picklist(['charged', 'low']),
  }),
]);

const cart = v.looseObject({ _id: id('cart'), name: v.string(), bays: v.number() });

/** A record with the revision it was read at. */
export type Kept<T> = T & { readonly rev: Revision };

function readAll<T>(parc: AudienceDatabase, type: string, schema: v.GenericSchema<unknown, T>): Kept<T>[] {
  return parc.all(type).flatMap((held) => {
    const parsed = v.safeParse(schema, held.body);
    return parsed.success ? [{ ...parsed.output, rev: held.rev }] : [];
  });
}

export function readDevices(parc: AudienceDatabase): Kept<Device>[] {
  return readAll(parc, 'device', device).map(({ _id, ...record }) => ({
    ...pickIdentified(record),
    id: _id,
    kind: record.kind,
    cartId: record.cartId,
    bay: record.bay,
  }));
}

export function readAccessories(parc: AudienceDatabase): Kept<Accessory>[] {
  return readAll(parc, 'accessory', accessory).map(({ _id, ...record }) => ({
    ...pickIdentified(record),
    ...pickRecognition(record),
    id: _id,
    kind: record.kind,
  }));
}

function pickRecognition({ link, usb, address }: Recognition): Recognition {
  return { link, usb, address };
}

function pickIdentified<T extends Kept<Omit<Device, 'id' | 'kind'>>>(record: T) {
  const { rev, label, code, serial, maker, model, assetNumber } = record;
  return { rev, label, code, serial, maker, model, assetNumber };
}

export function readFacts(parc: AudienceDatabase): InventoryFact[] {
  return readAll(parc, 'inventoryFact', inventoryFact).map((read) => {
    const shared = { id: read._id, at: read.at, by: read.by, replaces: read.replaces };
    switch (read.kind) {
      case 'state': {
        const { kind, subject, state, note, class: of } = read;
        return { ...shared, kind, subject, state, note, class: of };
      }
      case 'pairing': {
        const { kind, subject, device, place, poste, check } = read;
        return { ...shared, kind, subject, device, place, poste, check };
      }
      case 'battery':
        return { ...shared, kind: read.kind, subject: read.subject, level: read.level };
    }
  });
}

export function readCarts(
  parc: AudienceDatabase,
): { id: v.InferOutput<typeof cart>['_id']; name: string; bays: number }[] {
  return readAll(parc, 'cart', cart).map(({ _id, name, bays }) => ({ id: _id, name, bays }));
}
