/** What the cart offers, and what it needs from the rest of the house. */
import type { CartPanelView } from '../../contract/staff/cart';
import type { BayPower, ChargeReading } from '../../domain/cart/evidence';
import type { PlacedDevice } from '../../domain/cart/panel';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import type { AudienceDatabase } from '../../store/port';
import type { Disposable, Platform } from '../capability';
import type { PosteBoxes } from '../directory/accounts-day-code';
import type { OpenStream } from './sources/byte-stream';
import type { HubService } from './sources/hub-service';
import type { ByteLink } from './sources/open-link';
import type { SourcePool } from './sources/port';
import type { SerialPlace } from './sources/route';
import type { Timers } from './timers';
import type { UsbBus } from './usb/bus';

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
  readonly open: (link: ByteLink) => OpenStream;
  readonly listSerialPorts: () => Promise<readonly SerialPlace[]>;
  /** Default: the USB of this computer. */
  readonly usb?: UsbBus;
  /** Where what opens a strip is sealed; undefined while this computer has no box yet. */
  readonly boxes?: () => Pick<PosteBoxes, 'own' | 'seal' | 'open'> | undefined;
}

export type CartSummary = Pick<CartPanelView, 'summary' | 'probable'> & CartPanelView['cart'];

export interface CartService extends Disposable, HubService {
  /** The boxes this computer reads: for the charging plan, the Wi-Fi point, the placing of devices. */
  readonly hubs: SourcePool;
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
}
