import { sameLabel } from '../../domain/device/device';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { sameSerial, type Identified } from '../../domain/inventory/record';
import type { AudienceDatabase } from '../../store/port';
import { readCarts, readDevices } from './documents';
import { placedIn } from './views';

/** What keeps a record from being written as it was asked, and the thing that stands in its way. */

type Wanted = Identified & { readonly label: string };
interface WantedDevice extends Wanted {
  readonly cart?: Id<'cart'> | undefined;
  readonly bay?: number | undefined;
}
interface InTheWay<I> {
  readonly outcome: 'serialKnown' | 'labelTaken' | 'bayTaken';
  readonly id: I;
}

/** A serial number names one thing; a label is what people call one thing. `self` is the one that is edited. */
export function sameThing<I extends string>(
  things: readonly (Wanted & { readonly id: I })[],
  wanted: Wanted,
  self?: I,
): (InTheWay<I> & { outcome: 'serialKnown' | 'labelTaken' }) | undefined {
  const others = things.filter((each) => each.id !== self);
  const serial = others.find((each) => sameSerial(each.serial, wanted.serial));
  if (serial) return { outcome: 'serialKnown', id: serial.id };
  const label = others.find((each) => sameLabel(each.label, wanted.label));
  return label && { outcome: 'labelTaken', id: label.id };
}

export function deviceInTheWay(
  parc: AudienceDatabase,
  wanted: WantedDevice,
  self?: Id<'device'>,
): InTheWay<Id<'device'>> | undefined {
  const same = sameThing(readDevices(parc), wanted, self);
  if (same) return same;
  const { cart, bay } = wanted;
  if (cart === undefined || bay === undefined) return undefined;
  const there = placedIn(parc, cart).find((each) => each.bay === bay && each.device !== self);
  return there && { outcome: 'bayTaken', id: there.device };
}

/** @throws PreauError `NOT_FOUND` for a cart that is not there or a bay that it does not have */
export function checkPlace(parc: AudienceDatabase, { cart, bay }: WantedDevice): void {
  if (cart === undefined) return;
  const found = readCarts(parc).find((each) => each.id === cart);
  if (!found) throw new PreauError('NOT_FOUND', { kind: 'cart' });
  if (bay !== undefined && bay > found.bays) throw new PreauError('NOT_FOUND', { kind: 'bay' });
}
