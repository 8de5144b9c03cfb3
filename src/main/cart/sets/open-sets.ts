/** Sets as a room of the host: put together from what the other rooms know. */
import { lentNow } from '../../../domain/cart/loan';
import { isPreauError } from '../../../domain/errors';
import type { Id } from '../../../domain/id';
import type { PeopleService } from '../../directory/people-service';
import { cartSetsRoutes } from './routes';
import { createCartSets } from './service';
import { loanStates } from './views';
import type { SetNames, SetsDeps } from './types';

/** What the asker may not read is no name to them, and no error. */
async function asFarAsAllowed<T>(read: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await read();
  } catch (error) {
    if (isPreauError(error) && (error.code === 'FORBIDDEN' || error.code === 'NOT_SIGNED_IN')) return [];
    throw error;
  }
}

const namesFrom = (people: Pick<PeopleService, 'staff' | 'classes'>): SetNames => ({
  people: async (actor) =>
    new Map((await asFarAsAllowed(() => people.staff(actor))).map(({ id, name }) => [id, name])),
  classes: (actor) => asFarAsAllowed(() => people.classes(actor)),
});

export function openCartSets(
  given: Omit<SetsDeps, 'names'> & { readonly people: Pick<PeopleService, 'staff' | 'classes'> },
) {
  const deps: SetsDeps = { ...given, names: namesFrom(given.people) };
  const service = createCartSets(deps);
  return {
    service,
    /** For the panel: what is not the lender's now, by place. */
    lent: (cart: Id<'cart'>) => lentNow(loanStates(deps, cart)),
    handlers: { sets: cartSetsRoutes(service) },
    close: () => service.close(),
  };
}
