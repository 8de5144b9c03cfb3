/** Half of it to the next class, all of it to another room: said once, as facts. */
import { roomsOf, type CartEvent } from '../../../domain/cart/container';
import { PreauError } from '../../../domain/errors';
import type { Id } from '../../../domain/id';
import type { Json } from '../../../domain/json';
import type { Actor } from '../../../domain/rights/actor';
import { demand } from '../../../domain/rights/authorize';
import { readEvents, typeOfEvent } from './documents';
import type { Shelf } from './shelf';
import type { CartSetsService } from './types';
import { loanStates, loanView, wordsFor } from './views';

type Loans = Pick<CartSetsService, 'move' | 'lend' | 'takeBack' | 'undo'>;

export function createLoans(shelf: Shelf): Loans {
  const { deps, inTurn, known } = shelf;

  async function say(
    actor: Actor,
    cart: Id<'cart'>,
    fact: {
      readonly kind: CartEvent['kind'];
      readonly replaces?: string[];
      readonly [more: string]: Json | undefined;
    },
    of: CartEvent['kind'] = fact.kind,
  ): Promise<{ event: Id<'event'> }> {
    const event = shelf.newEvent();
    const said = { cart, at: shelf.now(), by: shelf.who(actor), replaces: [] };
    await deps.parc.put({ _id: event, type: typeOfEvent(of), v: 1, ...said, ...fact });
    return { event };
  }
  const events = (cart: Id<'cart'>): CartEvent[] => readEvents(deps.parc, cart);

  return {
    move: (actor, { cart, room }) =>
      inTurn(() => {
        demand(actor, 'cart.manage');
        known(cart);
        const replaces = roomsOf(events(cart)).map(({ event }) => event);
        return say(actor, cart, { kind: 'moved', room, replaces });
      }),

    lend: (actor, { cart, bays, to, until }) =>
      inTurn(async () => {
        demand(actor, 'cart.manage');
        const { cart: found } = known(cart);
        if (bays.some((bay) => bay > found.bays)) throw new PreauError('NOT_FOUND', { kind: 'bay' });
        if (Date.parse(until) <= deps.platform.clock()) return { outcome: 'past' };
        const wanted = [...new Set(bays)].sort((a, b) => a - b);
        const loans = loanStates(deps, cart).filter(
          ({ loan, state }) => state !== 'back' && loan.bays.some((bay) => wanted.includes(bay)),
        );
        if (loans.length > 0) {
          const words = await wordsFor(deps, actor);
          return { outcome: 'lent', loans: loans.flatMap((one) => loanView(found, one, words, actor)) };
        }
        const { event } = await say(actor, cart, { kind: 'lent', bays: wanted, to: { ...to }, until });
        return { outcome: 'done', event };
      }),

    takeBack: (actor, { cart, loan }) =>
      inTurn(() => {
        demand(actor, 'cart.manage');
        known(cart);
        const found = loanStates(deps, cart).find((one) => one.loan.id === loan);
        if (!found || found.state === 'back') throw new PreauError('NOT_FOUND', { kind: 'loan' });
        return say(actor, cart, { kind: 'returned', loan });
      }),

    undo: (actor, { cart, event }) =>
      inTurn(async () => {
        demand(actor, 'cart.manage');
        known(cart);
        const undone = events(cart).find(({ id }) => id === event);
        if (!undone) throw new PreauError('NOT_FOUND', { kind: 'event' });
        await say(actor, cart, { kind: 'undone', voids: event }, undone.kind);
        return {};
      }),
  };
}
