/** From documents, hubs and what devices said to what the panel is derived from. */
import { instant } from '../../domain/time';
import type { CartGlance } from '../../contract/staff/cart';
import type { Bell } from '../../domain/cart/bell';
import type { CartEvidence, LentPlace, PanelState } from '../../domain/cart/panel';
import type { Id } from '../../domain/id';
import type { CartBook } from './book';
import type { CartDocument } from './documents';
import type { DeviceWords } from './sources/device-words';
import type { SourcePool } from './sources/port';
import type { CartDevices, Foresee } from './types';

/** What the rest of the house knows of a cart, besides its documents and its boxes. */
export interface Around {
  readonly book: CartBook;
  readonly devices: CartDevices;
  readonly hubs: Pick<SourcePool, 'readings'>;
  readonly heard: DeviceWords;
  readonly lent: (cart: Id<'cart'>) => ReadonlyMap<number, LentPlace>;
  readonly forecast?: Foresee | undefined;
  readonly bell: (cart: Id<'cart'>) => Bell;
}

export function cartEvidence(
  cart: CartDocument<'cart'>,
  { book, devices, hubs, heard, lent, forecast, bell }: Around,
): CartEvidence & { readonly when: Bell } {
  const ofBay = hubs.readings(cart._id);
  for (const [bay, reading] of book.observations(cart._id))
    ofBay.set(bay, [...(ofBay.get(bay) ?? []), reading]);
  const placed = devices.inCart(cart._id);
  const when = bell(cart._id);
  return {
    bays: cart.bays,
    devices: placed,
    ofBay,
    ofDevice: new Map(placed.map(({ device }) => [device, heard.of(device)])),
    facts: book.facts(cart._id),
    lent: lent(cart._id),
    when,
    bell: when.at,
    ...(forecast && { forecast: (all) => forecast(cart._id, all, instant(when.at)) }),
  };
}

/** What is said of a cart before its lid is opened. */
export function glanceOf(
  { bays, summary, probable, short, charging, out, unplugged, faulty }: PanelState,
  { at, why }: Bell,
): CartGlance {
  return plain({
    summary,
    probable,
    short,
    charging,
    out,
    unplugged,
    faulty,
    gone: bays.flatMap(({ device, readiness, absence }) =>
      device && readiness?.readiness === 'missing'
        ? [
            {
              number: device.number,
              since: absence?.since ?? null,
              ...(absence?.class === undefined ? {} : { class: absence.class }),
            },
          ]
        : [],
    ),
    bell: { at: instant(at), why },
  });
}

type Plain<T> = T extends readonly (infer E)[]
  ? Plain<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T;

/** A copy as the contract's schemas type it (plain arrays), so that the derived state stays untouchable. */
export const plain = <T>(value: T): Plain<T> => structuredClone(value) as Plain<T>;
