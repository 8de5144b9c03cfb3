import type { Accessory, AccessoryKind, AccessoryLink } from '../inventory/record';
import { sameSerial } from '../inventory/record';
import { sameLabel } from '../device/device';

/** Something that a computer sees near it: on a USB port, in a Bluetooth discovery, on a serial port. */
export interface Nearby {
  /** Stable while it is there: `usb 1-2.3`, `bt AA:BB:…`, `serial COM3`. */
  readonly key: string;
  readonly by: 'usb' | 'bluetooth' | 'serial' | 'input';
  /** As it calls itself; absent where the system does not let us read it. */
  readonly name?: string | undefined;
  readonly maker?: string | undefined;
  readonly serial?: string | undefined;
  readonly usb?: { readonly vendor: number; readonly product: number } | undefined;
  readonly address?: string | undefined;
  /** What its descriptor lets think it is. */
  readonly kind?: AccessoryKind | undefined;
}

/** Upper case with colons, or undefined when it is none: six bytes, whatever the separators, all zeros excepted. */
export function readAddress(text: string): string | undefined {
  const digits = text.replace(/[:\-\s]/g, '').toUpperCase();
  if (!/^[0-9A-F]{12}$/.test(digits) || /^0+$/.test(digits)) return undefined;
  return digits.match(/../g)?.join(':');
}

type Known = Pick<Accessory, 'id' | 'label' | 'serial' | 'usb' | 'address' | 'kind'>;

/**
 * The accessories of the inventory that this may be, surest first: its address or its serial number names one alone; its
 * name may be its label; a USB pair names a model, and so all those of it.
 */
export function recognise<A extends Known>(
  seen: Nearby,
  known: readonly A[],
): { readonly sure: A | undefined; readonly maybe: readonly A[] } {
  const address = seen.address === undefined ? undefined : readAddress(seen.address);
  const sure =
    known.find((each) => address !== undefined && each.address === address) ??
    known.find((each) => sameSerial(each.serial, seen.serial)) ??
    byName(seen, address, known);
  if (sure) return { sure, maybe: [] };
  const { usb } = seen;
  if (!usb) return { sure: undefined, maybe: [] };
  const maybe = known.filter((each) => each.usb?.vendor === usb.vendor && each.usb.product === usb.product);
  return { sure: undefined, maybe };
}

/** Its name is the label of one alone, and neither an address nor a serial number says that it is another. */
function byName<A extends Known>(
  { name, serial }: Nearby,
  address: string | undefined,
  known: readonly A[],
): A | undefined {
  if (name === undefined) return undefined;
  const named = known.filter(
    (each) =>
      sameLabel(each.label, name) &&
      (address === undefined || each.address === undefined) &&
      (serial === undefined || each.serial === undefined),
  );
  return named.length === 1 ? named[0] : undefined;
}

/** What the record should keep, so that it is recognised next time. Only what is there. */
export function recognitionOf(seen: Nearby): {
  link: AccessoryLink;
  usb?: { vendor: number; product: number };
  address?: string;
} {
  const address = seen.address === undefined ? undefined : readAddress(seen.address);
  return {
    link: seen.by === 'bluetooth' ? 'bluetooth' : 'usb',
    ...(seen.usb ? { usb: { vendor: seen.usb.vendor, product: seen.usb.product } } : {}),
    ...(address === undefined ? {} : { address }),
  };
}
