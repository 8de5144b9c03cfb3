/** What the cart's power offers, and what it needs from the rest of the house. */
import type { InputOf, ReplyOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import type { LessonView } from '../../../contract/staff/classroom';
import type { PlacedDevice } from '../../../domain/cart/panel';
import type { PowerOrder, PowerReach } from '../../../domain/cart/power';
import type { Id } from '../../../domain/id';
import type { Actor } from '../../../domain/rights/actor';
import type { Disposable, Platform } from '../../capability';
import type { Outcome } from '../../classroom/connectors/port';
import type { Timers } from '../timers';

/** The ways to the devices: Veyon and VNC, adb. Each has its deadline and never throws for a device that does not answer. */
export interface PowerMeans {
  /** Somebody looks: tablets on adb are looked for, for a minute. */
  attend(): void;
  close(): void;
  /** Undefined where nothing reaches it from here. */
  reach(device: Id<'device'>): PowerReach | undefined;
  perform(device: Id<'device'>, order: Exclude<PowerOrder, 'rest'>): Promise<Outcome>;
}

export interface PowerDeps {
  readonly platform: Platform;
  readonly timers: Timers;
  readonly inCart: (cart: Id<'cart'>) => readonly PlacedDevice[];
  /** What is written on each device of the school. */
  readonly labels: () => ReadonlyMap<string, string>;
  readonly means: PowerMeans;
  /** The lesson that runs here: its cart and its devices, whoever's it is. */
  readonly lesson: () =>
    { readonly cart?: Id<'cart'> | undefined; readonly devices: ReadonlySet<string> } | undefined;
  /** The same, whole, for who conducts it. */
  readonly ownLesson: (actor: Actor) => LessonView | undefined;
  /** Another computer of the school holds a lesson with this cart. */
  readonly lessonElsewhere: (cart: Id<'cart'>) => boolean;
}

type Reply<M extends 'power.look' | 'power.run'> = ReplyOf<StaffContract, M>;

export interface CartPower extends Disposable {
  look(actor: Actor, cart: Id<'cart'>): Reply<'power.look'>;
  /** @throws PreauError `NOT_FOUND` for a device that is not in that cart */
  run(actor: Actor, order: InputOf<StaffContract, 'power.run'>): Reply<'power.run'>;
  /** What waits is not done. */
  cancel(actor: Actor, cart: Id<'cart'>): void;
}
