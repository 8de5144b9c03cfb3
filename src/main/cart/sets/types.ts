/** What sets offer to the rest of the house, and what they need from it. */
import type { InputOf, ReplyOf } from '../../../contract/define';
import type { CartPanelView } from '../../../contract/staff/cart';
import type { cartSetsSubject } from '../../../contract/staff/cart-sets';
import type { InventoryAccessory, InventoryDevice } from '../../../contract/staff/inventory';
import type { Occurrence } from '../../../domain/cart/booking';
import type { Id } from '../../../domain/id';
import type { Actor } from '../../../domain/rights/actor';
import type { AudienceDatabase } from '../../../store/port';
import type { Disposable, Platform } from '../../capability';

/** Names as far as the asker may read them: what they may not is left out, never an error. */
export interface SetNames {
  people(actor: Actor): Promise<ReadonlyMap<string, string>>;
  classes(actor: Actor): Promise<readonly { readonly id: Id<'class'>; readonly label: string }[]>;
}

export interface SetsDeps {
  readonly platform: Platform;
  /** The database of the audience `parc`. */
  readonly parc: AudienceDatabase;
  readonly inventory: {
    list(actor: Actor): {
      readonly devices: readonly InventoryDevice[];
      readonly accessories: readonly InventoryAccessory[];
    };
  };
  readonly panel: (actor: Actor, cart: Id<'cart'>) => CartPanelView;
  readonly names: SetNames;
  readonly timeZone: () => string;
  /** Whether a convention for the hours out of school holds at that instant (docs/rights.md). */
  readonly convention: (ms: number) => Promise<boolean>;
  /** Tablets that a cable names now; none where there is no adb. */
  readonly tablets: () => Promise<readonly { readonly link: string; readonly serial?: string | undefined }[]>;
  /** Devices that a hub tells by their own number, by place. */
  readonly attached: (cart: Id<'cart'>) => ReadonlyMap<number, { readonly serial?: string }>;
}

type Contract = { readonly sets: typeof cartSetsSubject };
type Requests = (typeof cartSetsSubject)['requests'];
type Method<K extends keyof Requests & string> = (
  actor: Actor,
  input: InputOf<Contract, `sets.${K}`>,
) => Promise<ReplyOf<Contract, `sets.${K}`>>;

/** One method a request, and what other rooms ask. */
export type CartSetsService = Disposable & { readonly [K in keyof Requests & string]: Method<K> } & {
  /** The first booking of a cart that begins after now: « la sonnerie ». */
  nextBooking(cart: Id<'cart'>): Occurrence | undefined;
  /** Those that begin within a day from now, the first one first: halves of a cart are wanted at different hours. */
  bookingsAhead(cart: Id<'cart'>): readonly Occurrence[];
  /** The devices a lesson has by its cart, loans of this instant counted. */
  ofLesson(lesson: {
    readonly cartId?: Id<'cart'> | undefined;
    readonly classId?: Id<'class'> | undefined;
  }): ReadonlySet<Id<'device'>>;
  /** Devices lent to another class now: keys of seats that this lesson does not show while nobody of it sits there. */
  awayFrom(lesson: { readonly classId?: Id<'class'> | undefined }): ReadonlySet<string>;
};
