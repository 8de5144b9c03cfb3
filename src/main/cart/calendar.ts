/** When a cart is wanted and what of it is lent: found once a minute, or when something was written; a panel asks every two seconds. */
import { nextBell, type Bell } from '../../domain/cart/bell';
import type { LentPlace } from '../../domain/cart/panel';
import type { Id } from '../../domain/id';
import type { CartDeps } from './types';

export function createCalendar(deps: Pick<CartDeps, 'platform' | 'parc' | 'timeZone' | 'lent' | 'booked'>): {
  readonly bell: (cart: Id<'cart'>) => Bell;
  readonly lent: (cart: Id<'cart'>) => ReadonlyMap<number, LentPlace>;
} {
  const found = new Map<
    string,
    { readonly for: string; readonly bell: Bell; readonly lent: ReadonlyMap<number, LentPlace> }
  >();
  const of = (cart: Id<'cart'>) => {
    const now = deps.platform.clock();
    const moment = `${Math.floor(now / 60_000)}|${deps.parc.lastSeq}`;
    const held = found.get(cart);
    if (held?.for === moment) return held;
    const next = {
      for: moment,
      bell: nextBell(now, deps.timeZone(), deps.booked?.(cart)),
      lent: deps.lent?.(cart) ?? new Map<number, LentPlace>(),
    };
    found.set(cart, next);
    return next;
  };
  return { bell: (cart) => of(cart).bell, lent: (cart) => of(cart).lent };
}
