/** What the cart offers, and what it needs from the rest of the house. */
import type { CartPanelView } from '../../contract/staff/cart';
import type { BayPower, ChargeReading } from '../../domain/cart/evidence';
import type { HubLink } from '../../domain/cart/hub-link';
import type { PlacedDevice } from '../../domain/cart/panel';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import type { AudienceDatabase } from '../../store/port';
import type { Disposable, Platform } from '../capability';
import type { OpenStream } from './byte-stream';
import type { Timers } from './timers';

/** Which devices belong to a cart, and where: the inventory knows. */
export interface CartDevices {
  inCart(cart: Id<'cart'>): readonly PlacedDevice[];
}

export interface CartDeps {
  readonly platform: Platform;
  /** The database of the audience `parc`. */
  readonly parc: AudienceDatabase;
  readonly devices: CartDevices;
  /** This computer: a serial path means something here only. */
  readonly poste: string;
  readonly timers: Timers;
  readonly open: (link: HubLink) => OpenStream;
  readonly listSerialPorts: () => Promise<readonly { readonly path: string; readonly label: string }[]>;
}

export type CartSummary = Pick<CartPanelView, 'summary' | 'probable'> & CartPanelView['cart'];

export interface CartService extends Disposable {
  list(actor: Actor): readonly CartSummary[];
  create(actor: Actor, cart: { cart: Id<'cart'>; name: string; bays: number }): Promise<void>;
  /** @throws PreauError `NOT_FOUND` */
  panel(actor: Actor, cart: Id<'cart'>): CartPanelView;
  /** « Tout est rangé et branché », except the bays named. */
  putAway(
    actor: Actor,
    cart: Id<'cart'>,
    except: { unplugged: readonly number[]; missing: readonly number[] },
  ): Promise<Id<'event'>>;
  takeOut(actor: Actor, cart: Id<'cart'>): Promise<Id<'event'>>;
  undo(actor: Actor, cart: Id<'cart'>, event: Id<'event'>): Promise<void>;
  note(
    actor: Actor,
    cart: Id<'cart'>,
    seen: { bay: number; power?: BayPower | undefined; percent?: number | undefined },
  ): Promise<void>;
  /** What a device says of itself: its browser (`device`) or ADB. Called by the rooms that hear it, as the poste. */
  hear(
    actor: Actor,
    device: Id<'device'>,
    cart: Id<'cart'> | undefined,
    reading: Omit<ChargeReading, 'at'>,
  ): void;
  serialPorts(actor: Actor): Promise<readonly { path: string; label: string }[]>;
  addHub(actor: Actor, hub: { cart: Id<'cart'>; link: HubLink; firstBay: number }): Promise<Id<'hub'>>;
  removeHub(actor: Actor, hub: Id<'hub'>): Promise<void>;
}
