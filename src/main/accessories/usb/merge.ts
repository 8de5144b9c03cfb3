import type { Nearby } from '../../../domain/accessories/recognise';

const samePair = (a: Nearby, b: Nearby): boolean =>
  a.usb !== undefined && a.usb.vendor === b.usb?.vendor && a.usb.product === b.usb.product;

/**
 * One line a thing, whatever spoke of it: a USB descriptor, a serial port, an input device. The first list is the surest;
 * the others give it the name or number it could not read, and add what it does not have.
 */
export function mergeNearby(...lists: readonly (readonly Nearby[])[]): Nearby[] {
  const merged: Nearby[] = [];
  for (const list of lists) {
    const before = merged.length;
    for (const seen of list) {
      const at = merged.findIndex(
        (each, index) =>
          index < before &&
          ((seen.address !== undefined && each.address === seen.address) ||
            (samePair(each, seen) &&
              (seen.serial === undefined || each.serial === undefined || each.serial === seen.serial))),
      );
      const known = merged[at];
      if (!known) merged.push(seen);
      else
        merged[at] = {
          ...seen,
          ...known,
          name: known.name ?? seen.name,
          maker: known.maker ?? seen.maker,
          serial: known.serial ?? seen.serial,
          kind: known.kind ?? seen.kind,
        };
    }
  }
  return merged;
}
