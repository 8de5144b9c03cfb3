import type { DeviceRecord } from '../device/device';
import type { Id } from '../id';
import type { LabelCode } from './label-code';

/**
 * What the inventory knows of a thing (CARMO-02, #3.5): the record that one person edits. What happened to it (state,
 * pairing) are events, see `life-cycle.ts`. The identifier is never a person's; the serial number is the maker's.
 */
export interface Identified {
  /** Printed on our label; absent on a record made before it had one. */
  readonly code?: LabelCode | undefined;
  /** As on the back: what ADB, an invoice and GLPI know the thing by. */
  readonly serial?: string | undefined;
  readonly maker?: string | undefined;
  readonly model?: string | undefined;
  /** The number the commune imposes, where it does: never ours, never the key (GLPI « Numéro d'inventaire »). */
  readonly assetNumber?: string | undefined;
}

export interface Device extends DeviceRecord, Identified {
  /** Place in the cart, 1 to 30. */
  readonly bay?: number | undefined;
}

export const ACCESSORY_KINDS = [
  'headset',
  'keyboard',
  'mouse',
  'stylus',
  'charger',
  'adapter',
  'microphone',
  'camera',
  'robot',
  'cover',
  'splitter',
  'visualiser',
  'sensor',
  'barcodeReader',
  'memoryCard',
  'other',
] as const;
export type AccessoryKind = (typeof ACCESSORY_KINDS)[number];

/** What it hangs on; `none`: nothing (a cover, a passive stylus). */
export const ACCESSORY_LINKS = ['usb', 'bluetooth', 'jack', 'cable', 'none'] as const;
export type AccessoryLink = (typeof ACCESSORY_LINKS)[number];

/** By what a computer recognises it again. Hints, never the identifier: one model has one USB pair, an address can be changed. */
export interface Recognition {
  readonly link?: AccessoryLink | undefined;
  /** Vendor and product of its USB descriptor, 0 to 0xffff. */
  readonly usb?: { readonly vendor: number; readonly product: number } | undefined;
  /** Bluetooth address, `AA:BB:CC:DD:EE:FF`. */
  readonly address?: string | undefined;
}

export interface Accessory extends Identified, Recognition {
  readonly id: Id<'accessory'>;
  /** What is written on it: « Casque 7 ». */
  readonly label: string;
  readonly kind: AccessoryKind;
}

export type Thing = Id<'device'> | Id<'accessory'>;

/** Serial numbers are compared as people copy them: case and separators do not count. Empty: nothing to compare. */
export function sameSerial(a: string | undefined, b: string | undefined): boolean {
  const tidy = (serial: string | undefined) => (serial ?? '').toUpperCase().replace(/[^A-Z0-9]/g, '');
  return tidy(a) !== '' && tidy(a) === tidy(b);
}

/** « Tablette 7 » after « Tablette 6 »: the label to propose next, with the width of its number kept (06 → 07). */
export function nextLabel(label: string): string {
  const match = /^(.*?)(\d+)(\D*)$/.exec(label);
  if (!match) return `${label.trim()} 2`;
  const [, before = '', digits = '', after = ''] = match;
  return `${before}${String(Number(digits) + 1).padStart(digits.length, '0')}${after}`;
}
