import type { Nearby } from '../../../domain/accessories/recognise';
import type { AccessoryKind } from '../../../domain/inventory/record';

/** An interface of a USB descriptor: class, subclass, protocol (usb.org, Defined Class Codes). */
export interface UsbInterface {
  readonly class: number;
  readonly subclass: number;
  readonly protocol: number;
}

export interface UsbThing {
  /** `1-2.3`: bus, then the ports down to it, as the kernel names it. */
  readonly at: string;
  readonly vendor: number;
  readonly product: number;
  readonly deviceClass: number;
  readonly interfaces: readonly UsbInterface[];
  readonly name?: string | undefined;
  readonly maker?: string | undefined;
  readonly serial?: string | undefined;
}

const HUB = 0x09;
const AUDIO = 0x01;
const COMMUNICATION = 0x02;
const HID = 0x03;
const VIDEO = 0x0e;
const WIRELESS = 0xe0;
const BOOT = 0x01;
const KEYBOARD = 0x01;
const MOUSE = 0x02;

/** Sockets and radios of the computer itself are no accessory. */
export const isAccessory = ({ deviceClass, interfaces }: UsbThing): boolean =>
  deviceClass !== HUB &&
  deviceClass !== WIRELESS &&
  !(interfaces.length > 0 && interfaces.every((each) => each.class === WIRELESS || each.class === HUB));

/** What the descriptor lets think it is. A camera has a microphone, a headset has keys: the first that fits. */
export function kindOf(interfaces: readonly UsbInterface[]): AccessoryKind | undefined {
  const has = (test: (each: UsbInterface) => boolean) => interfaces.some(test);
  if (has((each) => each.class === VIDEO)) return 'camera';
  if (has((each) => each.class === AUDIO)) return 'headset';
  const boot = (protocol: number) => (each: UsbInterface) =>
    each.class === HID && each.subclass === BOOT && each.protocol === protocol;
  if (has(boot(KEYBOARD))) return 'keyboard';
  if (has(boot(MOUSE))) return 'mouse';
  if (has((each) => each.class === COMMUNICATION)) return 'sensor';
  return undefined;
}

const MAX_WORDS = 80;

/** A string of a descriptor as it may be shown and compared: one line, no control character. Makers pad with blanks and zeros. */
export function descriptorWords(raw: string | undefined): string | undefined {
  const line = (raw ?? '').replace(/\p{C}/gu, '').replace(/\s+/g, ' ').trim().slice(0, MAX_WORDS);
  return line === '' ? undefined : line;
}

export function nearbyOf(thing: UsbThing): Nearby {
  return {
    key: `usb ${thing.at}`,
    by: 'usb',
    usb: { vendor: thing.vendor, product: thing.product },
    name: descriptorWords(thing.name),
    maker: descriptorWords(thing.maker),
    serial: serialOf(thing.serial),
    kind: kindOf(thing.interfaces),
  };
}

/** Cheap makers give every piece the same number: `0`, `123456789`, `00000000`. Such a number names nothing. */
export function serialOf(raw: string | undefined): string | undefined {
  const words = descriptorWords(raw);
  if (words === undefined || words.length < 4) return undefined;
  if (/^(.)\1*$/.test(words) || '0123456789ABCDEF'.includes(words.toUpperCase())) return undefined;
  return words;
}
