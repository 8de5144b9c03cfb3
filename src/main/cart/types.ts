/** What the cart offers, and what it needs from the rest of the house. */
import type { CartGlance, CartPanelView } from '../../contract/staff/cart';
import type { BayPower, ChargeReading } from '../../domain/cart/evidence';
import type { CartForecast, ForecastDevice } from '../../domain/cart/forecast';
import type { CartEvidence, LentPlace, PanelState, PlacedDevice } from '../../domain/cart/panel';
import type { PutAwayEntry } from '../../domain/cart/put-away';
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

/** What is foreseen of a cart's devices for an instant (UTC ISO). */
export type Foresee = (
  cart: Id<'cart'>,
  devices: readonly ForecastDevice[],
  bell: string,
) => Pick<CartForecast, 'devices' | 'evening'>;

export interface CartDeps {
  readonly platform: Platform;
  /** The database of the audience `parc`. */
  readonly parc: AudienceDatabase;
  readonly devices: CartDevices;
  /** This computer: a serial path means something here only. */
  readonly poste: string;
  readonly timers: Timers;
  readonly timeZone: () => string;
  /** Places that another class has now. */
  readonly lent?: (cart: Id<'cart'>) => ReadonlyMap<number, LentPlace>;
  /** Start of the next booking, milliseconds since the epoch. */
  readonly booked?: (cart: Id<'cart'>) => number | undefined;
  /** Without it, what is probable comes from how devices were put away alone. */
  readonly forecast?: Foresee;
  readonly open: (link: ByteLink) => OpenStream;
  readonly listSerialPorts: () => Promise<readonly SerialPlace[]>;
  /** Default: the USB of this computer. */
  readonly usb?: UsbBus;
  /** Where what opens a strip is sealed; undefined while this computer has no box yet. */
  readonly boxes?: () => Pick<PosteBoxes, 'own' | 'seal' | 'open'> | undefined;
}

export type CartSummary = CartGlance & CartPanelView['cart'];

/** Somebody says how devices were put away, or that they left. */
export interface CartWord {
  readonly kind: 'putAway' | 'takenOut';
  readonly entries: readonly (PutAwayEntry & { readonly bay: number })[];
  /** The class whose lesson it was. */
  readonly class?: Id<'class'> | undefined;
}

export interface CartState extends PanelState {
  readonly evidence: CartEvidence;
}

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
  /** Undefined where there is no such cart. */
  name(cart: Id<'cart'>): string | undefined;
  /** For the other rooms of the cart. @throws PreauError `NOT_FOUND` */
  state(cart: Id<'cart'>): CartState;
  /** Writes a fact about those devices, which replaces for them all that stand. */
  say(actor: Actor, cart: Id<'cart'>, word: CartWord): Promise<Id<'event'>>;
  /** A lesson ends: the devices it had that nobody put away since are out. Called by the classroom, as the poste. */
  used(
    actor: Actor,
    lesson: {
      readonly class?: Id<'class'> | undefined;
      /** UTC ISO instant at which it began. */
      readonly since: string;
      readonly devices: readonly Id<'device'>[];
    },
  ): Promise<void>;
}
