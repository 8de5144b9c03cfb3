import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { ReplyOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import type { InventoryAccessory, InventoryDevice } from '../../../contract/staff/inventory';
import type { Searchable } from '../../../domain/inventory/search';
import type { Tone } from '../../kit';
import { useStaff } from '../client';

export type Inventory = ReplyOf<StaffContract, 'inventory.list'>;
export type AnyThing = InventoryDevice | InventoryAccessory;

/** One line of the list, with all that a search may find it by. */
export interface Row extends Searchable {
  readonly id: AnyThing['id'];
  readonly thing: AnyThing;
  readonly place: string;
}

export const stateTone: Readonly<Record<AnyThing['state'], Tone>> = {
  inService: 'ok',
  inReserve: 'info',
  inRepair: 'warn',
  missing: 'bad',
  retired: 'idle',
};

export const isDevice = (thing: AnyThing): thing is InventoryDevice => thing.id.startsWith('device_');

/** The inventory as it is now: loaded once, and again whenever a document of it changes. */
export function useInventory(): {
  inventory: ShallowRef<Inventory | undefined>;
  failure: ShallowRef<unknown>;
  rows: ComputedRef<readonly Row[]>;
  load: () => Promise<void>;
  byId: (id: string) => AnyThing | undefined;
} {
  const staff = useStaff();
  const { t } = useI18n();
  const inventory = shallowRef<Inventory>();
  const failure = shallowRef<unknown>();

  async function load(): Promise<void> {
    try {
      inventory.value = await staff.request('inventory.list', {});
      failure.value = undefined;
    } catch (error) {
      failure.value = error;
    }
  }
  staff.on('inventory.changed', () => void load());
  void load();

  const all = computed<readonly AnyThing[]>(() => [
    ...(inventory.value?.devices ?? []),
    ...(inventory.value?.accessories ?? []),
  ]);
  const known = computed(() => new Map<string, AnyThing>(all.value.map((thing) => [thing.id, thing])));
  const byId = (id: string): AnyThing | undefined => known.value.get(id);

  function placeOf(thing: AnyThing): string {
    if (!isDevice(thing)) {
      const device = thing.device && byId(thing.device);
      return device ? t('inventory.with', { device: device.label }) : '';
    }
    const cart = inventory.value?.carts.find((each) => each.id === thing.cart)?.name;
    if (!cart) return '';
    return thing.bay === undefined ? cart : t('inventory.place', { cart, bay: thing.bay });
  }

  const rows = computed(() =>
    all.value.map((thing): Row => {
      const place = placeOf(thing);
      const { id, code, serial, assetNumber, label, model, maker } = thing;
      const words = [
        model ?? '',
        maker ?? '',
        t(`inventory.kind.${thing.kind}`),
        t(`inventory.state.${thing.state}`),
        place,
      ];
      return { id, thing, code, serial, assetNumber, label, place, words };
    }),
  );
  return { inventory, failure, rows, load, byId };
}

/** Puts a file of the binary door where the person keeps downloads. */
export async function saveFile(url: string, fallbackName: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error('download');
  const named = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get('content-disposition') ?? '')?.[1];
  const name = named ? decodeURIComponent(named) : fallbackName;
  const address = URL.createObjectURL(await answer.blob());
  const anchor = Object.assign(document.createElement('a'), { href: address, download: name });
  anchor.click();
  URL.revokeObjectURL(address);
  return name;
}
