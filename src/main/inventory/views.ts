import type { InventoryAccessory, InventoryDevice } from '../../contract/staff/inventory';
import type { PlacedDevice } from '../../domain/cart/panel';
import type { AccessoryStanding } from '../../domain/inventory/accessory';
import {
  boundTo,
  factsBySubject,
  isBatteryFact,
  isPairingFact,
  isStateFact,
  lifeState,
  pairedWith,
  standing,
} from '../../domain/inventory/life-cycle';
import { exportCsv } from '../../domain/inventory/export';
import type { Device } from '../../domain/inventory/record';
import type { Id } from '../../domain/id';
import type { AudienceDatabase } from '../../store/port';
import { readAccessories, readCarts, readDevices, readFacts } from './documents';

/** From documents to what the screens show: records with the state and the pairing that the facts say. */

const collator = new Intl.Collator('fr', { numeric: true, sensitivity: 'base' });
const byLabel = (a: { label: string }, b: { label: string }) => collator.compare(a.label, b.label);

export interface InventoryView {
  readonly devices: InventoryDevice[];
  readonly accessories: InventoryAccessory[];
}

export function inventoryView(parc: AudienceDatabase): InventoryView {
  const facts = factsBySubject(readFacts(parc));
  const stateOf = (id: Device['id'] | Id<'accessory'>) => {
    const { value, since, alsoSaid } = lifeState((facts.get(id) ?? []).filter(isStateFact));
    return { state: value, since, alsoSaid: [...alsoSaid] };
  };
  const devices = readDevices(parc)
    .map(({ cartId, ...device }) => ({ ...device, cart: cartId, ...stateOf(device.id) }))
    .sort(byLabel);
  const known = new Set<string | null>(devices.map((device) => device.id));
  const accessories = readAccessories(parc)
    .map((accessory) => {
      const paired = pairedWith((facts.get(accessory.id) ?? []).filter(isPairingFact));
      return {
        ...accessory,
        ...stateOf(accessory.id),
        // A device whose record has not come yet from another poste is nothing one can show.
        device: known.has(paired.value) ? paired.value : null,
        alsoDevices: [...paired.alsoSaid],
      };
    })
    .sort(byLabel);
  return { devices, accessories };
}

export function accessoriesView(parc: AudienceDatabase): AccessoryStanding[] {
  const facts = factsBySubject(readFacts(parc));
  return readAccessories(parc)
    .flatMap(({ rev: _rev, ...record }): AccessoryStanding[] => {
      const own = facts.get(record.id) ?? [];
      const states = own.filter(isStateFact);
      const { value: state, since } = lifeState(states);
      if (state === 'retired') return [];
      const said = standing(states).find((fact) => fact.state === state && fact.at === since);
      const { value: binding, fact: pairing, alsoSaid } = boundTo(own.filter(isPairingFact));
      const battery = standing(own.filter(isBatteryFact)).at(-1);
      return [
        {
          ...record,
          state,
          since,
          class: said?.class,
          binding,
          bindingDisputed: alsoSaid > 0,
          paired: pairing && { at: pairing.at, check: pairing.check },
          battery: battery && { level: battery.level, at: battery.at },
        },
      ];
    })
    .sort(byLabel);
}

export function inventoryCsv(parc: AudienceDatabase): string {
  const { devices, accessories } = inventoryView(parc);
  const carts = new Map(readCarts(parc).map((cart) => [cart.id, cart.name]));
  const labels = new Map(devices.map((device) => [device.id, device.label]));
  return exportCsv(
    devices.map((device) => ({
      ...device,
      cartName: device.cart && carts.get(device.cart),
      accessories: accessories.filter((each) => each.device === device.id).map((each) => each.label),
    })),
    accessories.map((each) => ({ ...each, deviceLabel: each.device ? labels.get(each.device) : undefined })),
  );
}

/** The number people call it by: the last one of its label, else its place. */
function numberOf(device: Device, bay: number): number {
  const digits = /(\d{1,4})\D*$/.exec(device.label)?.[1];
  return digits === undefined ? bay : Number(digits);
}

export function placedIn(parc: AudienceDatabase, cart: Id<'cart'>): PlacedDevice[] {
  const retired = new Set<string>(
    inventoryView(parc)
      .devices.filter((device) => device.state === 'retired')
      .map((device) => device.id),
  );
  const placed = readDevices(parc).flatMap((device) => {
    const { id, bay } = device;
    if (device.cartId !== cart || bay === undefined || retired.has(id)) return [];
    return [{ device: id, number: numberOf(device, bay), bay, label: device.label }];
  });
  // « Tablette 1 » and « Ordinateur 1 » in one cart: by its place, nobody is two.
  const isTwice = new Set(placed.map(({ number }) => number)).size < placed.length;
  return isTwice ? placed.map((one) => ({ ...one, number: one.bay })) : placed;
}
