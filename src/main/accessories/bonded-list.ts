/**
 * The accessories a tablet is paired with, in its own words: `dumpsys bluetooth_manager`. Three texts are known (AOSP
 * AdapterProperties.java `dump` to Android 12 and from 13, RemoteDevices.java `dump` from 16): addresses whole or with their
 * first four bytes hidden, with a name or without.
 */
import { descriptorWords } from './usb/descriptor';

export interface BondedAccessory {
  /** `AA:BB:CC:DD:EE:FF`, or `XX:XX:XX:XX:EE:FF` where Android hides it. */
  readonly address: string;
  /** Empty where this version of Android does not say it. */
  readonly name: string;
  /** Only where this version says it. */
  readonly connected: boolean | undefined;
}

const ADDRESS = '(?:[0-9A-F]{2}|XX)(?::(?:[0-9A-F]{2}|XX)){5}';
const HEADING = /^\s*Bonded devices:\s*\d*\s*$/;
/** Address, its kind in parentheses, the address it stands for, then bracketed words, then the name. */
const LINE = new RegExp(
  `^\\s+(${ADDRESS})(?:\\s*\\([^()]*\\))?(?:\\s*=>\\s*(${ADDRESS})(?:\\s*\\([^()]*\\))?)?((?:\\s*\\[[^\\[\\]]*\\])*)(.*)$`,
  'i',
);
const ACL = /ACL BR\/EDR:\s*([YN])\s+LE:\s*([YN])/;
const MAX_TEXT = 256 * 1024;
const MAX_LINES = 20_000;
const MAX_LINE = 400;
const MAX_BONDED = 64;

/** @returns undefined when the text holds no such list: Bluetooth is off, or this Android does not tell it */
export function parseBonded(text: string): BondedAccessory[] | undefined {
  const lines = text.slice(0, MAX_TEXT).split(/\r?\n/, MAX_LINES);
  const bonded = new Map<string, BondedAccessory>();
  let told = false;
  let inside = false;
  for (const raw of lines) {
    const line = raw.slice(0, MAX_LINE);
    if (HEADING.test(line)) {
      told = true;
      inside = true;
      continue;
    }
    if (!inside) continue;
    const found = LINE.exec(line);
    // Deeper lines tell more of the one above; anything else ends the list.
    if (!found) inside = /^\s{6,}\S/.test(line);
    else if (bonded.size < MAX_BONDED) keep(bonded, found);
  }
  return told ? [...bonded.values()] : undefined;
}

function keep(bonded: Map<string, BondedAccessory>, found: RegExpExecArray): void {
  const [, seen = '', standsFor, words = '', rest = ''] = found;
  const hidden = /^(?:XX:){6}$/i.test(`${standsFor ?? ''}:`);
  const address = (hidden ? seen : (standsFor ?? seen)).toUpperCase();
  const acl = ACL.exec(words);
  const name = descriptorWords(rest.replace(/\[Latest bond-loss.*$/, '')) ?? '';
  const one = {
    address,
    name: name === 'null' ? '' : name,
    connected: acl ? acl[1] === 'Y' || acl[2] === 'Y' : undefined,
  };
  const before = bonded.get(address);
  // Two lists of one text speak of the same thing: what either says counts.
  bonded.set(address, {
    address,
    name: one.name || (before?.name ?? ''),
    connected: one.connected ?? before?.connected,
  });
}

export type BondedFound = 'address' | 'endOfAddress' | 'name' | 'no';

/** Another address: what Android shows of it is not what we know of ours. */
const isAnother = (seen: string, address: string | undefined): boolean =>
  address !== undefined && !address.endsWith(seen.startsWith('XX') ? seen.slice(-5) : seen);

/**
 * Whether an accessory is in the list, and how surely. Two bytes of an address are one in 65,536; a name is a model's, so that the
 * headset of the neighbour has it too: it counts only where the address does not say otherwise.
 */
export function findBonded(
  list: readonly BondedAccessory[],
  accessory: { readonly address?: string | undefined; readonly names: readonly string[] },
): { readonly found: BondedFound; readonly connected: boolean | undefined } {
  const { address } = accessory;
  const by = (found: BondedFound, test: (each: BondedAccessory) => boolean) => {
    const one = list.find(test);
    return one && { found, connected: one.connected };
  };
  const fold = (name: string): string =>
    name
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '');
  const names = accessory.names.map(fold).filter((name) => name.length >= 3);
  return (
    (address !== undefined && by('address', (each) => each.address === address)) ||
    (address !== undefined &&
      by(
        'endOfAddress',
        (each) => each.address.startsWith('XX') && each.address.slice(-5) === address.slice(-5),
      )) ||
    by('name', (each) => !isAnother(each.address, address) && names.includes(fold(each.name))) || {
      found: 'no',
      connected: undefined,
    }
  );
}
