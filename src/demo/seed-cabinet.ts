import { idFrom, type Id } from '../domain/id';
import type { Ask } from './seed';

export const CABINET = 'Portables du cycle 3';
const BAYS = 8;
/** Two places are free. */
export const LAPTOPS = 6;

/** A cabinet of laptops on a power strip of the network: it counts amperes and says nothing of the batteries. */
export async function seedCabinet(
  ask: Ask,
  { random }: { readonly random: (bytes: number) => Uint8Array },
): Promise<void> {
  const cart: Id<'cart'> = idFrom('cart', random(9));
  await ask('sets.create', {
    cart,
    name: CABINET,
    bays: BAYS,
    container: 'cabinet',
    boxes: [BAYS],
    room: 'Salle 1',
  });
  for (let bay = 1; bay <= LAPTOPS; bay += 1)
    await ask('inventory.addDevice', {
      label: `Portable ${bay}`,
      kind: 'computer',
      serial: `ARMOIRE${String(bay).padStart(2, '0')}`,
      maker: 'Modèle',
      model: 'Quatorze pouces',
      cart,
      bay,
    });
  await ask('cart.putAway', { cart, unplugged: [], missing: [] });
}
