/** « Ranger »: what fills, what was tapped, what is missing; then one fact that the panel of tomorrow rests on. */
import { closingCount, closingEntries, closingPlaces } from '../../../domain/cart/closing';
import { demand } from '../../../domain/rights/authorize';
import { PreauError } from '../../../domain/errors';
import { instant } from '../../../domain/time';
import { namedIn } from '../sets/named';
import { ClosingDrafts } from './drafts';
import type { ReplyOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import type { ClosingView } from '../../../contract/staff/closing';
import type { ClosingPlace, ClosingWord } from '../../../domain/cart/closing';
import type { PanelBay } from '../../../domain/cart/panel';
import type { Id } from '../../../domain/id';
import type { Actor } from '../../../domain/rights/actor';
import type { Platform } from '../../capability';
import type { InventoryService } from '../../inventory/types';
import type { CartService } from '../types';

export interface ClosingDeps {
  readonly platform: Platform;
  readonly cart: Pick<CartService, 'state' | 'say' | 'name'>;
  readonly cartOf: (device: Id<'device'>) => Id<'cart'> | undefined;
  readonly inventory: Pick<InventoryService, 'list'>;
}

export interface ClosingService {
  /** @throws PreauError `NOT_FOUND` */
  look(actor: Actor, cart: Id<'cart'>): ClosingView;
  carts(actor: Actor, devices: readonly Id<'device'>[]): { id: Id<'cart'>; name: string }[];
  /** @throws PreauError `NOT_FOUND` for a device that has no place in that cart */
  say(
    actor: Actor,
    cart: Id<'cart'>,
    device: Id<'device'>,
    word: ClosingWord | undefined,
  ): Promise<ClosingView>;
  /** A label: that device is in its place and plugged. What it names otherwise is an outcome, and nothing is said. */
  scan(actor: Actor, cart: Id<'cart'>, text: string): Promise<ReplyOf<StaffContract, 'closing.scan'>>;
  finish(
    actor: Actor,
    cart: Id<'cart'>,
    rest: 'plugged' | 'missing',
    of: Id<'class'> | undefined,
  ): Promise<ReplyOf<StaffContract, 'closing.finish'>>;
  leave(actor: Actor, cart: Id<'cart'>): Promise<void>;
  /** Every place as it stands, with how it was put back the last time. For the other rooms of the cart. */
  places(cart: Id<'cart'>): (ClosingPlace & { readonly rest: PanelBay['rest'] })[];
}

export async function createClosing({
  platform,
  cart: carts,
  cartOf,
  inventory,
}: ClosingDeps): Promise<ClosingService> {
  const drafts = await ClosingDrafts.open(platform.dataFolder, platform.clock);
  const changed = (cart: Id<'cart'>): void => platform.publish('closing.changed', { cart });

  const placesOf = (cart: Id<'cart'>): ClosingPlace[] =>
    closingPlaces(carts.state(cart).evidence, drafts.get(cart)?.said ?? new Map(), platform.clock());
  const view = (cart: Id<'cart'>): ClosingView => ({
    cart,
    name: carts.name(cart) ?? '',
    begunAt: drafts.get(cart)?.begunAt ?? null,
    now: instant(platform.clock()),
    places: placesOf(cart),
  });

  const note = async (
    cart: Id<'cart'>,
    device: Id<'device'>,
    word: ClosingWord | undefined,
  ): Promise<void> => {
    const before = drafts.get(cart);
    const said = new Map(before?.said);
    if (word) said.set(device, word);
    else said.delete(device);
    await drafts.set(cart, { begunAt: before?.begunAt ?? instant(platform.clock()), said });
    changed(cart);
  };

  return {
    look(actor, cart) {
      demand(actor, 'cart.read');
      return view(cart);
    },

    carts(actor, devices) {
      demand(actor, 'cart.read');
      const found = new Set(devices.flatMap((device) => cartOf(device) ?? []));
      return [...found].flatMap((cart) => {
        const name = carts.name(cart);
        return name === undefined ? [] : [{ id: cart, name }];
      });
    },

    async say(actor, cart, device, word) {
      demand(actor, 'cart.manage');
      if (!placesOf(cart).some((place) => place.device === device))
        throw new PreauError('NOT_FOUND', { kind: 'device' });
      await note(cart, device, word);
      return view(cart);
    },

    async scan(actor, cart, text) {
      demand(actor, 'cart.manage');
      const places = placesOf(cart);
      const meant = namedIn(inventory, text);
      const { devices } = inventory.list(actor);
      const labelOf = (device: Id<'device'>): string => devices.find(({ id }) => id === device)?.label ?? '';
      // Words may fit several devices: of this cart, they may fit one.
      const fitting =
        meant.kind === 'several' ? meant.devices : meant.kind === 'device' ? [meant.device] : [];
      const here = places.filter(({ device }) => fitting.includes(device));
      const [place] = here;
      if (!place || here.length > 1) {
        if (meant.kind === 'notADevice') return { outcome: 'notADevice', label: meant.label };
        if (meant.kind === 'several') return { outcome: 'several', labels: meant.devices.map(labelOf) };
        if (meant.kind !== 'device') return { outcome: meant.kind };
        const other = cartOf(meant.device);
        return {
          outcome: 'elsewhere',
          label: labelOf(meant.device),
          cartName: (other && carts.name(other)) ?? null,
        };
      }
      const { device, number, bay } = place;
      const one = { device, label: labelOf(device), number, bay };
      const before = drafts.get(cart)?.said.get(device);
      if (before === 'plugged') return { outcome: 'already', ...one, word: before };
      await note(cart, device, 'plugged');
      return { outcome: 'put', ...one, ...(before && { word: before }) };
    },

    async finish(actor, cart, rest, of) {
      demand(actor, 'cart.manage');
      const places = placesOf(cart);
      const entries = closingEntries(places, rest);
      const event = await carts.say(actor, cart, { kind: 'putAway', entries, class: of });
      // The fact stands first: a poste that stops here shows the taps once more, and saying it again changes nothing.
      await drafts.forget(cart);
      changed(cart);
      const states = new Map(entries.map(({ device, state }) => [device, state]));
      const { plugged, unplugged, missing } = closingCount(
        places.map((place) => ({ ...place, state: states.get(place.device) ?? 'lent' })),
      );
      return { event, plugged, unplugged: [...unplugged], missing: [...missing] };
    },

    places(cart) {
      const rests = new Map(carts.state(cart).bays.map(({ bay, rest }) => [bay, rest]));
      return placesOf(cart).map((place) => ({ ...place, rest: rests.get(place.bay) ?? null }));
    },

    async leave(actor, cart) {
      demand(actor, 'cart.manage');
      await drafts.forget(cart);
      changed(cart);
    },
  };
}
