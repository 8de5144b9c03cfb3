import { mostTelling } from '../../domain/cart/most-telling';
import type { DayFacts } from '../../domain/day/next-gesture';
import type { Actor } from '../../domain/rights/actor';
import type { CartService } from '../cart/types';

/** The cart as « Ma journée » speaks of it; a school with several shows the one with most to say. */
export function cartOfTheDay(cart: Pick<CartService, 'list'>, actor: Actor): DayFacts['cart'] {
  const found = mostTelling(cart.list(actor));
  if (!found) return undefined;
  const { summary, gone, out } = found;
  return {
    ready: summary.ready,
    probable: summary.probable,
    missing: gone.map(({ number }) => String(number)),
    out: out > 0,
  };
}
