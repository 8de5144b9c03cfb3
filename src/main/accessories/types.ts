/** What the room of accessories needs, and what it offers. */
import type * as v from 'valibot';
import type { accessoriesSubject } from '../../contract/staff/accessories';
import type { PlacedDevice } from '../../domain/cart/panel';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import type { Disposable, Platform } from '../capability';
import type { Timers } from '../cart/timers';
import type { InventoryService } from '../inventory/types';
import type { Bluetooth } from './bluetooth';
import type { UsbPresence } from './usb/presence';

/** Tablets by ADB: whose list of paired accessories can be read. */
export interface BondedLists {
  /** The tablets adb knows, by serial number. @throws PreauError `ADB_MISSING` */
  tablets(): Promise<readonly { serial: string | undefined; link: string; state: string }[]>;
  /** The beginning of `dumpsys bluetooth_manager` of one of them; a log of hours follows. @throws Unanswered; an Error with adb's words */
  bluetoothText(link: string): Promise<string>;
}

export interface AccessoriesDeps {
  readonly platform: Platform;
  readonly timers: Timers;
  readonly inventory: Pick<
    InventoryService,
    'list' | 'accessories' | 'addAccessory' | 'bind' | 'report' | 'sayBattery' | 'recognise'
  > & { inCart(cart: Id<'cart'>): readonly PlacedDevice[] };
  /** This computer, as facts name it. */
  readonly poste: string;
  readonly usb: UsbPresence;
  /** `changed`: it has news. */
  readonly bluetooth: (changed: () => void) => Bluetooth;
  readonly tablets: BondedLists;
}

type Requests = (typeof accessoriesSubject)['requests'];
export type Input<K extends keyof Requests> = v.InferOutput<Requests[K]['input']>;
export type Reply<K extends keyof Requests> = v.InferOutput<Requests[K]['reply']>;

export interface AccessoriesService extends Disposable {
  /** @throws PreauError `NOT_FOUND` */
  overview(actor: Actor, cart: Id<'cart'>): Reply<'overview'>;
  /** @throws PreauError `NOT_FOUND` */
  read(actor: Actor, accessory: Id<'accessory'>): Reply<'read'>;
  addSeries(actor: Actor, series: Input<'addSeries'>): Promise<Reply<'addSeries'>>;
  /** Never rejects for want of hardware: the states say what this computer lacks. */
  nearby(actor: Actor, wanted: Input<'nearby'>): Promise<Reply<'nearby'>>;
  /** @throws PreauError `BLUETOOTH_FAILED` (`why`) */
  bluetoothPower(actor: Actor, on: boolean): Promise<void>;
  pairHere(actor: Actor, address: string): Promise<Reply<'pairHere'>>;
  answer(actor: Actor, yes: boolean): void;
  cancelPairing(actor: Actor): Promise<void>;
  /** @throws PreauError `BLUETOOTH_FAILED` (`why`) */
  forgetHere(actor: Actor, address: string): Promise<void>;
  bonded(actor: Actor, of: Input<'bonded'>): Promise<Reply<'bonded'>>;
  bind(actor: Actor, bound: Input<'bind'>): Promise<Id<'event'>>;
  remember(actor: Actor, by: Input<'remember'>): Promise<void>;
  /** What was counted at the end of a lesson: only what changes is written. */
  count(actor: Actor, counted: Input<'count'>): Promise<Reply<'count'>>;
  say(actor: Actor, said: Input<'say'>): Promise<void>;
  sayBattery(actor: Actor, said: Input<'sayBattery'>): Promise<void>;
}
