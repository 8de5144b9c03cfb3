/**
 * The cart: what is in it, how charged, how we know. It works with no hub at all: a cart that says nothing is the
 * common case. Readings are telemetry and stay in memory (DESIGN 3); what a person states is a fact and is kept.
 */
import { instantOf } from '../../domain/cart/evidence';
import { panelState } from '../../domain/cart/panel';
import { restOf, standingFacts } from '../../domain/cart/put-away';
import { PreauError } from '../../domain/errors';
import { idFrom, ID_BYTES, isId } from '../../domain/id';
import { demand } from '../../domain/rights/authorize';
import { instant } from '../../domain/time';
import { CartBook } from './book';
import { createCalendar } from './calendar';
import { readAll, readCart } from './documents';
import { DeviceWords } from './sources/device-words';
import { createHubService } from './sources/hub-service';
import { hubView } from './sources/hub-view';
import { HubPool } from './sources/pool';
import { createStripSecrets } from './sources/strip-secrets';
import { nodeUsb } from './usb/node-usb';
import { cartEvidence, glanceOf, plain } from './view';
import type { PlacedDevice } from '../../domain/cart/panel';
import type { CartFact, PutAwayState } from '../../domain/cart/put-away';
import type { Id, IdPrefix } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import type { CartDocument } from './documents';
import type { CartDeps, CartService, CartWord } from './types';

export function createCartService(deps: CartDeps): CartService {
  const { platform, parc } = deps;
  const book = new CartBook(parc);
  const heard = new DeviceWords(() => now());
  const changed = (cart: Id<'cart'>): void => {
    platform.publish('cart.changed', { cart });
  };
  const sources = {
    ...deps,
    log: platform.log,
    usb: deps.usb ?? nodeUsb(),
    secrets: createStripSecrets(platform.dataFolder, () => deps.boxes?.()),
    onSeen: changed,
  };
  const hubs = new HubPool(sources);
  const endOfChanges = parc.onChange((change) => {
    const body = parc.get(change.id)?.body;
    // Facts, observations and hubs name their cart; a device that changes place carries it as `cartId`.
    const cart = change.id.startsWith('cart_') ? change.id : (body?.['cart'] ?? body?.['cartId']);
    if (isId(cart, 'cart')) changed(cart);
  });

  const newId = <P extends IdPrefix>(prefix: P): Id<P> => idFrom(prefix, platform.random(ID_BYTES));
  const now = (): string => instant(platform.clock());
  const who = (actor: Actor): string => ('personId' in actor ? actor.personId : actor.kind);
  const known = (cart: Id<'cart'>): CartDocument<'cart'> => {
    const found = readCart(parc, cart);
    if (!found) throw new PreauError('NOT_FOUND', { kind: 'cart' });
    return found;
  };
  const { bell, lent } = createCalendar(deps);
  const around = { ...deps, book, hubs, heard, bell, lent };
  const state = (cart: CartDocument<'cart'>) => {
    const evidence = cartEvidence(cart, around);
    return { evidence, ...panelState(evidence, platform.clock()) };
  };
  /** What another class has is in nobody's hands here: nothing is said of it. */
  const placed = (cart: Id<'cart'>): readonly PlacedDevice[] => {
    const away = lent(cart);
    return deps.devices.inCart(cart).filter(({ bay }) => !away.has(bay));
  };

  /** Writes a fact that replaces those that stand: it is said by somebody who saw the screen that showed them. */
  const writeFact = async (
    actor: Actor,
    cart: Id<'cart'>,
    { class: of, entries, ...fact }: Omit<CartWord, 'kind'> & { kind: CartFact['kind']; voids?: string },
  ): Promise<Id<'event'>> => {
    const standing = standingFacts(book.facts(cart));
    const event = newId('event');
    await parc.put({
      _id: event,
      type: 'cartFact',
      v: 1,
      cart,
      at: now(),
      by: who(actor),
      replaces: fact.kind === 'undone' ? [] : standing.map((one) => one.id),
      entries: entries.map((entry) => ({ ...entry })),
      ...fact,
      ...(of && { class: of }),
    });
    return event;
  };

  return {
    ...createHubService(sources, hubs),
    hubs,

    list(actor) {
      demand(actor, 'cart.read');
      return readAll(parc, 'cart')
        .map((cart) => {
          const { evidence, ...panel } = state(cart);
          return { id: cart._id, name: cart.name, bays: cart.bays, ...glanceOf(panel, evidence.when) };
        })
        .sort((a, b) => a.name.localeCompare(b.name, 'fr', { numeric: true }));
    },

    async create(actor, { cart, name, bays }) {
      demand(actor, 'cart.manage');
      const before = readCart(parc, cart);
      if (before?.name === name && before.bays === bays) return;
      await parc.put({ _id: cart, type: 'cart', v: 1, name, bays });
    },

    panel(actor, wanted) {
      demand(actor, 'cart.read');
      const cart = known(wanted);
      const { evidence, ...panel } = state(cart);
      const last = standingFacts(evidence.facts)
        .filter((fact) => fact.kind === 'putAway')
        .sort((a, b) => instantOf(b.at) - instantOf(a.at))[0];
      return {
        cart: { id: cart._id, name: cart.name, bays: cart.bays },
        now: now(),
        bays: plain(panel.bays),
        ...glanceOf(panel, evidence.when),
        evening: plain(panel.evening),
        hubs: readAll(parc, 'hub')
          .filter((hub) => hub.cart === cart._id)
          .map((hub) => hubView(hub, hubs.snapshot(hub._id), deps.poste)),
        putAway: last ? { event: last.id as Id<'event'>, at: last.at } : null,
      };
    },

    putAway(actor, cart, except) {
      demand(actor, 'cart.manage');
      known(cart);
      const stateOf = (bay: number): PutAwayState =>
        except.missing.includes(bay) ? 'missing' : except.unplugged.includes(bay) ? 'unplugged' : 'plugged';
      const entries = placed(cart).map(({ device, bay }) => ({ device, bay, state: stateOf(bay) }));
      return writeFact(actor, cart, { kind: 'putAway', entries });
    },

    takeOut(actor, cart) {
      demand(actor, 'cart.manage');
      known(cart);
      const entries = placed(cart).map(({ device, bay }) => ({ device, bay, state: 'unplugged' as const }));
      return writeFact(actor, cart, { kind: 'takenOut', entries });
    },

    async undo(actor, cart, event) {
      demand(actor, 'cart.manage');
      if (!book.facts(cart).some((fact) => fact.id === event))
        throw new PreauError('NOT_FOUND', { kind: 'event' });
      await writeFact(actor, cart, { kind: 'undone', entries: [], voids: event });
    },

    async note(actor, cart, seen) {
      demand(actor, 'cart.manage');
      if (seen.bay > known(cart).bays) throw new PreauError('NOT_FOUND', { kind: 'bay' });
      await parc.put({
        _id: newId('event'),
        type: 'cartObservation',
        v: 1,
        cart,
        at: now(),
        by: who(actor),
        ...seen,
      });
    },

    hear(actor, device, cart, reading) {
      demand(actor, 'cart.read');
      if (!heard.hear(device, reading)) return;
      if (cart) changed(cart);
    },

    name: (cart) => readCart(parc, cart)?.name,

    state: (cart) => state(known(cart)),

    say(actor, cart, word) {
      demand(actor, 'cart.manage');
      known(cart);
      return writeFact(actor, cart, word);
    },

    async used(actor, { class: of, since, devices }) {
      demand(actor, 'cart.read');
      const wanted = new Set<string>(devices);
      for (const cart of readAll(parc, 'cart')) {
        const rest = restOf(book.facts(cart._id));
        const entries = deps.devices
          .inCart(cart._id)
          .filter(({ device }) => wanted.has(device))
          // Put away while the lesson still ran: it is in the cart.
          .filter(({ device }) => instantOf(rest.get(device)?.since ?? '') < instantOf(since))
          .map(({ device, bay }) => ({ device, bay, state: 'unplugged' as const }));
        if (entries.length > 0) await writeFact(actor, cart._id, { kind: 'takenOut', entries, class: of });
      }
    },

    close() {
      endOfChanges();
      hubs.close();
      book.close();
      return Promise.resolve();
    },
  };
}
