/** What every part of sets leans on: one write after the other, ids, who says so, and a cart that is there. */
import { PreauError } from '../../../domain/errors';
import { idFrom, ID_BYTES, type Id } from '../../../domain/id';
import type { Actor } from '../../../domain/rights/actor';
import { instant } from '../../../domain/time';
import type { DocumentBody } from '../../../store/port';
import { readSet } from './documents';
import type { SetsDeps } from './types';

/** A document without those fields; what other versions of Préau wrote in it is kept. */
export function without(body: DocumentBody, ...fields: readonly string[]): DocumentBody {
  const kept = Object.entries(body).filter(([name]) => !fields.includes(name));
  return { ...Object.fromEntries(kept), _id: body._id, type: body.type, v: body.v };
}

export function createShelf(deps: SetsDeps) {
  const { platform, parc } = deps;
  /** Two gestures that follow each other closely must see each other's records. */
  let last: Promise<unknown> = Promise.resolve();
  return {
    deps,
    inTurn<T>(work: () => Promise<T>): Promise<T> {
      const next = last.then(work, work);
      last = next.catch(() => undefined);
      return next;
    },
    settled: (): Promise<unknown> => last,
    newEvent: (): Id<'event'> => idFrom('event', platform.random(ID_BYTES)),
    now: (): string => instant(platform.clock()),
    who: (actor: Actor): string => ('personId' in actor ? actor.personId : actor.kind),
    /** @throws PreauError `NOT_FOUND` */
    known(cart: Id<'cart'>) {
      const found = readSet(parc, cart);
      if (!found) throw new PreauError('NOT_FOUND', { kind: 'cart' });
      return found;
    },
  };
}
export type Shelf = ReturnType<typeof createShelf>;
