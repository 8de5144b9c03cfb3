/** Devices that answer at this computer's door, by cart: they came by some Wi-Fi. */
import type { Id } from '../../../domain/id';
import { instant, type Instant } from '../../../domain/time';

export type Presence = ReturnType<typeof createPresence>;

export function createPresence(
  cartOf: (device: Id<'device'>) => Id<'cart'> | undefined,
  now: () => number,
  changed: (cart: Id<'cart'>) => void,
) {
  const here = new Map<Id<'device'>, Id<'cart'>>();
  const came = new Map<Id<'cart'>, Instant>();
  const lastLeft = new Map<Id<'cart'>, Instant>();
  const count = (cart: Id<'cart'>): number => [...here.values()].filter((of) => of === cart).length;
  return {
    count,
    seen(cart: Id<'cart'>): { readonly came: Instant; readonly last: Instant } | undefined {
      const first = came.get(cart);
      const last = count(cart) > 0 ? instant(now()) : lastLeft.get(cart);
      return first && last ? { came: first, last } : undefined;
    },
    entered(device: Id<'device'>): void {
      const cart = cartOf(device);
      if (!cart || here.get(device) === cart) return;
      here.set(device, cart);
      came.set(cart, instant(now()));
      changed(cart);
    },
    left(device: Id<'device'>): void {
      const cart = here.get(device);
      if (!cart) return;
      here.delete(device);
      lastLeft.set(cart, instant(now()));
      changed(cart);
    },
  };
}
