/** A cart from its first name to its last day. Nothing that stands in it is dropped without a word. */
import type { CartShape } from '../../../domain/cart/container';
import { emptied, nextFree, putBack, type Place } from '../../../domain/cart/placing';
import { PreauError } from '../../../domain/errors';
import type { Id } from '../../../domain/id';
import { demand } from '../../../domain/rights/authorize';
import { readEvents, readSets, typeOfEvent } from './documents';
import { journalOf } from './journal';
import { devicesOf, placesOf, writePlaces } from './places';
import { without, type Shelf } from './shelf';
import type { CartSetsService } from './types';
import { loanStates, presences, setView, wordsFor } from './views';

type Carts = Pick<CartSetsService, 'list' | 'read' | 'create' | 'edit' | 'remove' | 'restore'>;

/** Places as the wire carries them. */
export const plainPlaces = (places: readonly Place[]): Place[] =>
  places.map(({ device, cart, bay }) => ({
    device,
    ...(cart === undefined ? {} : { cart }),
    ...(bay === undefined ? {} : { bay }),
  }));

const shapeOf = ({
  name,
  bays,
  container,
  boxes,
}: CartShape & { readonly name: string; readonly container?: string | undefined }) => ({
  name,
  bays,
  ...(container === undefined ? {} : { container }),
  // One box is no pack.
  ...(boxes === undefined || boxes.length < 2 ? {} : { boxes: [...boxes] }),
});

function checkBoxes({ bays, boxes }: CartShape): void {
  if (boxes && boxes.reduce((sum, count) => sum + count, 0) !== bays)
    throw new PreauError('BAD_INPUT', { path: 'boxes' });
}

export function createCarts(shelf: Shelf): Carts {
  const { deps, inTurn, known, now } = shelf;
  const { parc } = deps;
  const named = ({ id, label, kind }: ReturnType<typeof devicesOf>[number]) => ({ device: id, label, kind });
  const inCart = (cart: Id<'cart'>) => devicesOf(deps).filter((one) => one.cart === cart);

  return {
    async list(actor) {
      demand(actor, 'cart.read');
      const names = new Intl.Collator('fr', { numeric: true, sensitivity: 'base' });
      const sets = readSets(parc).sort((a, b) => names.compare(a.name, b.name));
      return {
        now: now(),
        sets: await Promise.all(sets.map(({ _id }) => setView(deps, actor, known(_id)))),
      };
    },

    async read(actor, { cart }) {
      demand(actor, 'cart.read');
      const found = known(cart);
      const devices = inCart(cart);
      const at = (bay: number) => devices.filter((one) => one.bay === bay).map(named);
      const loans = loanStates(deps, cart);
      return {
        now: now(),
        set: await setView(deps, actor, found),
        places: Array.from({ length: found.cart.bays }, (_, index) => ({
          bay: index + 1,
          devices: at(index + 1),
        })),
        // A place that the cart has not any more is none.
        waiting: devices.filter(({ bay = Infinity }) => bay > found.cart.bays).map(named),
        presence: presences(deps, cart, loans).flatMap((one) => {
          const device = devices.find(({ id }) => id === one.device);
          return device ? [{ ...named(device), ...one }] : [];
        }),
        journal: journalOf(readEvents(parc, cart), await wordsFor(deps, actor)),
      };
    },

    create: (actor, { cart, room, ...shape }) =>
      inTurn(async () => {
        demand(actor, 'cart.manage');
        checkBoxes(shape);
        // Asked again after a cut: it is there already.
        if (parc.get(cart)) return {};
        await parc.put({ _id: cart, type: 'cart', v: 1, ...shapeOf(shape) });
        if (room !== undefined) {
          const said = { at: now(), by: shelf.who(actor), replaces: [] };
          await parc.put({
            _id: shelf.newEvent(),
            type: typeOfEvent('moved'),
            v: 1,
            cart,
            kind: 'moved',
            room,
            ...said,
          });
        }
        return {};
      }),

    edit: (actor, { cart, rev, unplace, ...shape }) =>
      inTurn(async () => {
        demand(actor, 'cart.manage');
        checkBoxes(shape);
        const held = parc.get(cart);
        if (!held || held.body.type !== 'cart') throw new PreauError('NOT_FOUND', { kind: 'cart' });
        if (held.rev !== rev) throw new PreauError('CONFLICT', { id: cart });
        const out = inCart(cart).filter(({ bay = 0 }) => bay > shape.bays);
        if (out.length > 0 && !unplace) return { outcome: 'placesTaken', devices: out.map(named) };
        const change = emptied(
          placesOf(deps),
          out.map(({ id }) => id),
          true,
        );
        await writePlaces(deps, change);
        const rest = without(held.body, 'container', 'boxes');
        const written = await parc.put({ ...rest, ...shapeOf(shape) }, held.rev);
        return { outcome: 'done', rev: written.rev, before: plainPlaces(change.before) };
      }),

    remove: (actor, { cart, to }) =>
      inTurn(async () => {
        demand(actor, 'cart.manage');
        const held = parc.get(known(cart).cart._id);
        const other = to === undefined ? undefined : known(to).cart;
        if (!held || to === cart) throw new PreauError('NOT_FOUND', { kind: 'cart' });
        const places = placesOf(deps);
        const devices = inCart(cart).sort((a, b) => (a.bay ?? Infinity) - (b.bay ?? Infinity));
        const taken = new Set(
          places.flatMap((one) => (one.cart === to && one.bay !== undefined ? [one.bay] : [])),
        );
        const after = devices.map(({ id }): Place => {
          if (!other) return { device: id };
          const bay = nextFree(other.bays, taken);
          if (bay !== undefined) taken.add(bay);
          return { device: id, cart: other._id, bay };
        });
        const before = devices.map(({ id, bay }) => ({ device: id, cart, bay }));
        // Its name and all that hangs on it stay for « Annuler »; under this type it is no cart to anybody.
        await parc.put({ ...held.body, type: 'cartRemoved', removedAt: now() }, held.rev);
        await writePlaces(deps, { before, after });
        return { before: plainPlaces(before) };
      }),

    restore: (actor, { cart, before }) =>
      inTurn(async () => {
        demand(actor, 'cart.manage');
        const held = parc.get(cart);
        if (held?.body.type === 'cartRemoved') {
          await parc.put({ ...without(held.body, 'removedAt'), type: 'cart' }, held.rev);
        } else if (held?.body.type !== 'cart') throw new PreauError('NOT_FOUND', { kind: 'cart' });
        await writePlaces(deps, putBack(placesOf(deps), before));
        return {};
      }),
  };
}
