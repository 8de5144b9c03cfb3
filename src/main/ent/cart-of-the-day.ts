import type { DayFacts } from '../../domain/day/next-gesture';
import type { Actor } from '../../domain/rights/actor';
import type { CartService } from '../cart/types';

/** The cart as « Ma journée » speaks of it; a school with several shows the one with most to say. */
export function cartOfTheDay(cart: Pick<CartService, 'list'>, actor: Actor): DayFacts['cart'] {
  const [found] = [...cart.list(actor)].sort((a, b) => b.summary.ready - a.summary.ready);
  if (!found) return undefined;
  const { summary, probable } = found;
  return {
    ready: summary.ready,
    probable: probable.reduce((total, group) => total + group.count, 0),
    missing: [],
    out: false,
  };
}
