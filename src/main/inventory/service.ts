/**
 * The inventory (CARMO-02): one record a thing, which one person edits; what happened to it are facts (DESIGN 3). Everything lies in
 * `parc`, which the commune reads: no person's name belongs here.
 */
import type { HistoryEntry } from '../../contract/staff/inventory';
import { PreauError } from '../../domain/errors';
import { idFrom, ID_BYTES, type Id, type IdPrefix } from '../../domain/id';
import { CODE_BYTES, makeCode, type LabelCode } from '../../domain/inventory/label-code';
import { standing, type Binding, type InventoryFact } from '../../domain/inventory/life-cycle';
import { sameSerial, type Thing } from '../../domain/inventory/record';
import type { Json } from '../../domain/json';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant } from '../../domain/time';
import type { DocumentBody } from '../../store/port';
import { checkPlace, deviceInTheWay, sameThing } from './checks';
import { readAccessories, readCarts, readDevices, readFacts } from './documents';
import type { InventoryDeps, InventoryService } from './types';
import { accessoriesView, inventoryCsv, inventoryView, placedIn } from './views';

/** Document types whose change is a change of what the inventory shows. */
const SHOWN = new Set(['device', 'accessory', 'inventoryFact', 'cart']);

export function createInventoryService({ platform, parc }: InventoryDeps): InventoryService {
  const newId = <P extends IdPrefix>(prefix: P): Id<P> => idFrom(prefix, platform.random(ID_BYTES));
  const who = (actor: Actor): string => ('personId' in actor ? actor.personId : actor.kind);
  const endOfChanges = parc.onChange((change) => {
    const type = parc.get(change.id)?.body.type;
    if (change.deleted || (type && SHOWN.has(type))) platform.publish('inventory.changed', {});
  });

  /** Two scans that follow each other closely must see each other's record. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };

  function newCode(): LabelCode {
    const used = new Set([...readDevices(parc), ...readAccessories(parc)].map((each) => each.code));
    for (;;) {
      const code = makeCode(platform.random(CODE_BYTES));
      if (!used.has(code)) return code;
    }
  }

  function known(thing: Thing, kind: 'device' | 'accessory') {
    const held = parc.get(thing);
    if (held?.body.type !== kind) throw new PreauError('NOT_FOUND', { kind });
    return held;
  }
  const knownThing = (thing: Thing) => known(thing, thing.startsWith('device_') ? 'device' : 'accessory');

  async function tell(actor: Actor, of: Thing, fact: { kind: InventoryFact['kind']; [more: string]: Json }) {
    const before = readFacts(parc).filter((each) => each.subject === of && each.kind === fact.kind);
    const event = newId('event');
    await parc.put({
      _id: event,
      type: 'inventoryFact',
      v: 1,
      subject: of,
      at: instant(platform.clock()),
      by: who(actor),
      replaces: standing(before).map((each) => each.id),
      ...fact,
    });
    return event;
  }

  /** Writes over the record that was on the screen; fields another version of Préau wrote are kept. */
  async function replace(thing: Thing, rev: string, fields: Record<string, Json | undefined>): Promise<void> {
    const held = knownThing(thing);
    if (held.rev !== rev) throw new PreauError('CONFLICT', { id: thing });
    await parc.put(tidy({ ...held.body, ...fields }), held.rev);
  }

  return {
    list(actor) {
      demand(actor, 'inventory.read');
      return { ...inventoryView(parc), carts: readCarts(parc) };
    },

    history(actor, of) {
      demand(actor, 'inventory.read');
      knownThing(of);
      return readFacts(parc)
        .filter((fact) => fact.subject === of || (fact.kind === 'pairing' && fact.device === of))
        .sort((a, b) => (a.at < b.at || (a.at === b.at && a.id < b.id) ? 1 : -1))
        .map(historyEntry);
    },

    addDevice: (actor, input) =>
      inTurn(async () => {
        demand(actor, 'inventory.manage');
        checkPlace(parc, input);
        const taken = deviceInTheWay(parc, input);
        if (taken) return { outcome: taken.outcome, device: taken.id };
        const device = newId('device');
        const { cart, ...record } = input;
        await parc.put(tidy({ _id: device, type: 'device', v: 1, code: newCode(), ...record, cartId: cart }));
        return { outcome: 'done', device };
      }),

    editDevice: (actor, { device, rev, ...input }) =>
      inTurn(async () => {
        demand(actor, 'inventory.manage', { kind: 'device', deviceId: device });
        checkPlace(parc, input);
        const taken = deviceInTheWay(parc, input, device);
        if (taken) return { outcome: taken.outcome, device: taken.id };
        const { cart, ...record } = input;
        const code = readDevices(parc).find((each) => each.id === device)?.code ?? newCode();
        await replace(device, rev, { ...EMPTY_DEVICE, ...record, cartId: cart, code });
        return { outcome: 'done', device };
      }),

    addAccessory: (actor, { device, ...record }) =>
      inTurn(async () => {
        demand(actor, 'inventory.manage');
        if (device) known(device, 'device');
        const taken = sameThing(readAccessories(parc), record);
        if (taken) return { outcome: taken.outcome, accessory: taken.id };
        const accessory = newId('accessory');
        await parc.put(tidy({ _id: accessory, type: 'accessory', v: 1, code: newCode(), ...record }));
        if (device) await tell(actor, accessory, { kind: 'pairing', device });
        return { outcome: 'done', accessory };
      }),

    editAccessory: (actor, { accessory, rev, ...record }) =>
      inTurn(async () => {
        demand(actor, 'inventory.manage');
        const taken = sameThing(readAccessories(parc), record, accessory);
        if (taken) return { outcome: taken.outcome, accessory: taken.id };
        await replace(accessory, rev, { ...EMPTY_IDENTITY, ...record });
        return { outcome: 'done', accessory };
      }),

    setState: (actor, of, state, note) =>
      inTurn(() => {
        demand(actor, 'inventory.manage');
        knownThing(of);
        return tell(actor, of, { kind: 'state', state, ...(note ? { note } : {}) });
      }),

    pair: (actor, accessory, device) =>
      inTurn(() => {
        demand(actor, 'inventory.manage');
        known(accessory, 'accessory');
        if (device) known(device, 'device');
        return tell(actor, accessory, { kind: 'pairing', device });
      }),

    exportCsv(actor) {
      demand(actor, 'inventory.read');
      return inventoryCsv(parc);
    },

    accessories(actor) {
      demand(actor, 'cart.read');
      return accessoriesView(parc);
    },

    bind: (actor, accessory, binding, check) =>
      inTurn(() => {
        demand(actor, 'cart.manage');
        known(accessory, 'accessory');
        if (binding?.kind === 'device') known(binding.device, 'device');
        if (binding?.kind === 'bay') checkPlace(parc, { label: '', ...binding });
        return tell(actor, accessory, {
          kind: 'pairing',
          ...boundFields(binding),
          ...(check ? { check: { ...check } } : {}),
        });
      }),

    report: (actor, accessory, { state, class: of }) =>
      inTurn(() => {
        demand(actor, 'cart.manage');
        known(accessory, 'accessory');
        return tell(actor, accessory, { kind: 'state', state, ...(of ? { class: of } : {}) });
      }),

    sayBattery: (actor, accessory, level) =>
      inTurn(() => {
        demand(actor, 'cart.manage');
        known(accessory, 'accessory');
        return tell(actor, accessory, { kind: 'battery', level });
      }),

    recognise: (actor, accessory, by) =>
      inTurn(async () => {
        demand(actor, 'cart.manage');
        const held = known(accessory, 'accessory');
        const { usb, ...words } = by;
        await parc.put(tidy({ ...held.body, ...words, ...(usb ? { usb: { ...usb } } : {}) }), held.rev);
      }),

    inCart: (cart) => placedIn(parc, cart),

    cartOf: (device) => readDevices(parc).find((each) => each.id === device)?.cartId,

    bySerial(actor, serial) {
      demand(actor, 'inventory.read');
      return readDevices(parc).find((each) => sameSerial(each.serial, serial));
    },

    async close() {
      endOfChanges();
      await last;
    },
  };
}

function boundFields(binding: Binding | null): Record<string, Json> & { device: string | null } {
  switch (binding?.kind) {
    case 'device':
      return { device: binding.device };
    case 'bay':
      return { device: null, place: { cart: binding.cart, bay: binding.bay } };
    case 'poste':
      return { device: null, poste: binding.poste };
    case undefined:
      return { device: null };
  }
}

/** A field that was emptied on the screen is taken off the record. */
const EMPTY_IDENTITY = { serial: undefined, maker: undefined, model: undefined, assetNumber: undefined };
const EMPTY_DEVICE = { ...EMPTY_IDENTITY, bay: undefined };

/** Without the fields that hold nothing: JSON has no `undefined`. */
function tidy(body: DocumentBody): DocumentBody {
  const entries = Object.entries(body).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as unknown as DocumentBody;
}

function historyEntry(fact: InventoryFact): HistoryEntry {
  const { id: event, at, by } = fact;
  switch (fact.kind) {
    case 'state':
      return { kind: 'state', event, at, by, state: fact.state, note: fact.note };
    case 'battery':
      return { kind: 'battery', event, at, by, level: fact.level };
    case 'pairing': {
      const { subject: accessory, device, place, poste, check } = fact;
      return { kind: 'pairing', event, at, by, accessory, device, place, poste, check };
    }
  }
}
