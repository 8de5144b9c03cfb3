import { idFrom, type Id } from '../domain/id';
import type { Ask } from './seed';

/** Each cart has its own Wi-Fi point with a button; the valises have a second one, for the room next door. Off, as they are left. */
export async function seedPoints(ask: Ask, random: (bytes: number) => Uint8Array): Promise<void> {
  const { carts } = await ask('cart.list', {});
  const add = (cart: Id<'cart'>, name: string, removable: boolean) =>
    ask('wifiPoint.set', {
      point: idFrom('point', random(9)),
      cart,
      name,
      removable,
      drive: { kind: 'button' },
    });
  for (const { id, name } of carts) {
    await add(id, 'Borne Wi-Fi', false);
    if (name.startsWith('Valise')) await add(id, 'Borne Wi-Fi amovible', true);
  }
}
