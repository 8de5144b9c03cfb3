/** What the Wi-Fi points offer, and what they need from the rest of the house. */
import type { InputOf, ReplyOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import type { PointUse } from '../../../domain/cart/wifi-point';
import type { Id } from '../../../domain/id';
import type { Actor } from '../../../domain/rights/actor';
import type { AudienceDatabase } from '../../../store/port';
import type { Disposable, Platform } from '../../capability';
import type { SourcePool } from '../sources/port';
import type { Timers } from '../timers';

export interface PointDeps {
  readonly platform: Platform;
  /** The database of the audience `parc`. */
  readonly parc: AudienceDatabase;
  /** This computer. */
  readonly poste: string;
  readonly timers: Timers;
  /** The boxes that this computer reads. */
  readonly boxes: Pick<SourcePool, 'snapshot' | 'switchPort' | 'onSnapshot'>;
  readonly cartOf: (device: Id<'device'>) => Id<'cart'> | undefined;
  /** Names of the staff that this actor may know. */
  readonly names: (actor: Actor) => Promise<ReadonlyMap<string, string>>;
}

/** The lesson that runs on this computer. */
export interface LessonOfPoint {
  readonly id: string;
  readonly ownerId: string;
  readonly cartId?: Id<'cart'> | undefined;
}

type Reply<M extends `wifiPoint.${keyof StaffContract['wifiPoint']['requests'] & string}`> = Promise<
  ReplyOf<StaffContract, M>
>;

export interface WifiPoints extends Disposable {
  state(actor: Actor, cart: Id<'cart'>): Reply<'wifiPoint.state'>;
  set(actor: Actor, order: InputOf<StaffContract, 'wifiPoint.set'>): Promise<void>;
  remove(actor: Actor, point: Id<'point'>): Promise<void>;
  /** @throws PreauError `NOT_FOUND` */
  on(actor: Actor, point: Id<'point'>, use: PointUse): Reply<'wifiPoint.on'>;
  /** @param anyway others who need it are let go too */
  off(actor: Actor, point: Id<'point'>, anyway?: boolean): Reply<'wifiPoint.off'>;
  said(actor: Actor, point: Id<'point'>, on: boolean): Reply<'wifiPoint.said'>;
  journal(actor: Actor, point: Id<'point'>): Reply<'wifiPoint.journal'>;
  /** A lesson was opened here, or taken up again: the points of its cart that are not off are held for it. */
  lessonBegan(lesson: LessonOfPoint): Promise<void>;
  lessonEnded(lesson: Pick<LessonOfPoint, 'id'>): Promise<void>;
  /** A device came to this computer's door; a device that is no longer there. */
  entered(device: Id<'device'>): void;
  left(device: Id<'device'>): void;
  /** Every point of that cart is off, as far as is known here; without a cart, every point of the school. False where there is none. */
  dark(cart: Id<'cart'> | undefined): boolean;
  /** Another computer holds a point of this cart for a lesson: that cart is in use. */
  lessonElsewhere(cart: Id<'cart'>): boolean;
  /** An update of this cart's devices by the computer itself: on where it can be. @returns a function that lets it go */
  needFor(cart: Id<'cart'>, use: 'update'): Promise<() => Promise<void>>;
  /** Once the lesson of before is taken up, or not: what this computer asked before it stopped is let go. */
  settle(): Promise<void>;
}
