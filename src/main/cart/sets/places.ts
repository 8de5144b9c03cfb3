/** Which device stands where, as the inventory's records say it; a change is written one record after the other. */
import type { InventoryDevice } from '../../../contract/staff/inventory';
import type { Place, PlaceChange } from '../../../domain/cart/placing';
import { POSTE } from '../../../domain/rights/actor';
import type { AudienceDatabase, DocumentBody } from '../../../store/port';
import { without } from './shelf';
import type { SetsDeps } from './types';

type Deps = Pick<SetsDeps, 'parc' | 'inventory'>;

/** One screen asks for them many times over; read again when something was written. */
const read = new WeakMap<AudienceDatabase, { readonly seq: number; readonly devices: InventoryDevice[] }>();

/** Every device that is not retired. */
export function devicesOf({ parc, inventory }: Deps): readonly InventoryDevice[] {
  const held = read.get(parc);
  if (held?.seq === parc.lastSeq) return held.devices;
  const devices = inventory.list(POSTE).devices.filter(({ state }) => state !== 'retired');
  read.set(parc, { seq: parc.lastSeq, devices });
  return devices;
}

export const placesOf = (deps: Deps): Place[] =>
  devicesOf(deps).map(({ id, cart, bay }) => ({ device: id, cart, bay }));

/** Who leaves a place goes first. An exchange that is cut leaves two devices at one place: shown, and settled by a person. */
export async function writePlaces({ parc }: Deps, { after }: PlaceChange): Promise<void> {
  const order = [...after].sort((a, b) => Number(a.bay !== undefined) - Number(b.bay !== undefined));
  for (const { device, cart, bay } of order) {
    const held = parc.get(device);
    if (held?.body.type !== 'device') continue;
    const body: DocumentBody = {
      ...without(held.body, 'cartId', 'bay'),
      ...(cart === undefined ? {} : { cartId: cart }),
      ...(cart === undefined || bay === undefined ? {} : { bay }),
    };
    await parc.put(body, held.rev);
  }
}
