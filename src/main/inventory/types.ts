/** What the inventory offers to the rest of the house. */
import type {
  HistoryEntry,
  inventorySubject,
  InventoryAccessory,
  InventoryDevice,
} from '../../contract/staff/inventory';
import type * as v from 'valibot';
import type { PlacedDevice } from '../../domain/cart/panel';
import type { Id } from '../../domain/id';
import type { AccessoryStanding } from '../../domain/inventory/accessory';
import type { BatteryFact, Binding, LifeState, PairingCheck } from '../../domain/inventory/life-cycle';
import type { Device, Recognition, Thing } from '../../domain/inventory/record';
import type { Actor } from '../../domain/rights/actor';
import type { AudienceDatabase } from '../../store/port';
import type { Disposable, Platform } from '../capability';

export interface InventoryDeps {
  readonly platform: Platform;
  /** The database of the audience `parc`. */
  readonly parc: AudienceDatabase;
}

type Requests = (typeof inventorySubject)['requests'];
type Input<K extends keyof Requests> = v.InferOutput<Requests[K]['input']>;
type Reply<K extends keyof Requests> = v.InferOutput<Requests[K]['reply']>;

export interface InventoryService extends Disposable {
  list(actor: Actor): {
    devices: InventoryDevice[];
    accessories: InventoryAccessory[];
    carts: { id: Id<'cart'>; name: string; bays: number }[];
  };
  /** Latest first. @throws PreauError `NOT_FOUND` */
  history(actor: Actor, of: Thing): HistoryEntry[];
  /** A serial number, a label or a bay that is taken is an outcome, with the device that has it; nothing is written. */
  addDevice(actor: Actor, input: Input<'addDevice'>): Promise<Reply<'addDevice'>>;
  /** @throws PreauError `NOT_FOUND`, `CONFLICT` */
  editDevice(actor: Actor, input: Input<'editDevice'>): Promise<Reply<'editDevice'>>;
  addAccessory(actor: Actor, input: Input<'addAccessory'>): Promise<Reply<'addAccessory'>>;
  /** @throws PreauError `NOT_FOUND`, `CONFLICT` */
  editAccessory(actor: Actor, input: Input<'editAccessory'>): Promise<Reply<'editAccessory'>>;
  setState(actor: Actor, of: Thing, state: LifeState, note?: string): Promise<Id<'event'>>;
  pair(actor: Actor, accessory: Id<'accessory'>, device: Id<'device'> | null): Promise<Id<'event'>>;
  /** For the accessories' room: every accessory that was not retired, with what its facts say. */
  accessories(actor: Actor): AccessoryStanding[];
  /** Whoever may put a cart away may pair. @throws PreauError `NOT_FOUND` */
  bind(
    actor: Actor,
    accessory: Id<'accessory'>,
    binding: Binding | null,
    check?: PairingCheck,
  ): Promise<Id<'event'>>;
  /** Missing, in whose hands last; or back. */
  report(
    actor: Actor,
    accessory: Id<'accessory'>,
    said: { state: 'inService' | 'missing'; class?: Id<'class'> | undefined },
  ): Promise<Id<'event'>>;
  sayBattery(actor: Actor, accessory: Id<'accessory'>, level: BatteryFact['level']): Promise<Id<'event'>>;
  /** Keeps by what a computer knows it again; what is not named stays as it was. */
  recognise(actor: Actor, accessory: Id<'accessory'>, by: Recognition): Promise<void>;
  /** The CSV file, as text with its byte order mark. */
  exportCsv(actor: Actor): string;
  /** For the cart's room: the devices that have a place in it (`CartDevices`). */
  inCart(cart: Id<'cart'>): readonly PlacedDevice[];
  /** The cart a device has its place in. */
  cartOf(device: Id<'device'>): Id<'cart'> | undefined;
  /** For the Android room: whose serial number it is. */
  bySerial(actor: Actor, serial: string): Pick<Device, 'id' | 'label'> | undefined;
}
