import type { AccessoryKind, AccessoryLink } from '../inventory/record';

/**
 * What the school knows of each kind of accessory before looking at one (CARMO series 2, #3.9, #11.7): what it hangs on,
 * whether it has a battery, what one tries to know that it works, how many a set usually has.
 */

/** What to try: a sound is heard, a voice is taken, keys type, a picture shows, something moves, a device charges, it fits. */
export type AccessoryTry = 'sound' | 'voice' | 'keys' | 'picture' | 'movement' | 'charge' | 'fit';

export interface CatalogueEntry {
  /** What it may hang on, the usual one first. */
  readonly links: readonly AccessoryLink[];
  /** `wireless`: only where it is Bluetooth. */
  readonly battery: 'always' | 'wireless' | 'never';
  /** In the order in which they are proposed; never empty. */
  readonly tries: readonly AccessoryTry[];
  /** How many a set has in an ordinary school: for each device, or for the whole set. A proposal, nothing more. */
  readonly usual: { readonly per: 'device' | 'set'; readonly count: number };
}

const perDevice = { per: 'device', count: 1 } as const;
const perSet = { per: 'set', count: 1 } as const;

export const CATALOGUE: Readonly<Record<AccessoryKind, CatalogueEntry>> = {
  // An individual listening device for each pupil is a must (#2.8).
  headset: {
    links: ['jack', 'usb', 'bluetooth'],
    battery: 'wireless',
    tries: ['sound', 'voice'],
    usual: perDevice,
  },
  keyboard: { links: ['bluetooth', 'usb'], battery: 'wireless', tries: ['keys'], usual: perDevice },
  mouse: { links: ['usb', 'bluetooth'], battery: 'wireless', tries: ['movement'], usual: perDevice },
  stylus: { links: ['none', 'bluetooth', 'usb'], battery: 'wireless', tries: ['movement'], usual: perDevice },
  charger: { links: ['cable'], battery: 'never', tries: ['charge'], usual: perDevice },
  adapter: { links: ['usb', 'cable'], battery: 'never', tries: ['fit'], usual: perSet },
  // Two headsets on one device (#11.7): two pupils on one tablet need one for each pair.
  splitter: { links: ['jack', 'usb'], battery: 'never', tries: ['sound'], usual: perDevice },
  microphone: { links: ['usb', 'jack', 'bluetooth'], battery: 'wireless', tries: ['voice'], usual: perSet },
  camera: { links: ['usb'], battery: 'never', tries: ['picture'], usual: perSet },
  visualiser: { links: ['usb'], battery: 'never', tries: ['picture'], usual: perSet },
  robot: {
    links: ['bluetooth', 'usb'],
    battery: 'always',
    tries: ['movement'],
    usual: { per: 'set', count: 6 },
  },
  sensor: {
    links: ['usb', 'bluetooth'],
    battery: 'wireless',
    tries: ['fit'],
    usual: { per: 'set', count: 4 },
  },
  barcodeReader: { links: ['usb', 'bluetooth'], battery: 'wireless', tries: ['keys'], usual: perSet },
  cover: { links: ['none'], battery: 'never', tries: ['fit'], usual: perDevice },
  memoryCard: { links: ['none'], battery: 'never', tries: ['fit'], usual: perDevice },
  other: {
    links: ['none', 'usb', 'bluetooth', 'jack', 'cable'],
    battery: 'wireless',
    tries: ['fit'],
    usual: perSet,
  },
};

/** @param link undefined: nobody said; then what the kind usually hangs on decides */
export function hasBattery(kind: AccessoryKind, link: AccessoryLink | undefined): boolean {
  const { battery, links } = CATALOGUE[kind];
  return battery === 'always' || (battery === 'wireless' && (link ?? links[0]) === 'bluetooth');
}

/** « Casque 07 » … « Casque 21 »: as many labels as asked, from the first, with the width of its number kept. */
export function seriesLabels(first: string, count: number): string[] {
  const match = /^(.*?)(\d{1,6})(\D*)$/.exec(first.trim());
  const [, before = `${first.trim()} `, digits = '1', after = ''] = match ?? [];
  return Array.from(
    { length: count },
    (_, at) => `${before}${String(Number(digits) + at).padStart(digits.length, '0')}${after}`,
  );
}
