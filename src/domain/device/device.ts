import type { Id } from '../id';
import type { Instant } from '../time';

/**
 * A device of the school as the LAN door knows it (CARMO EIM). Inventory widens the same record (serial number, model,
 * bay); credentials are documents of their own, one for each origin, because a browser's storage belongs to one origin.
 */
export type DeviceKind = 'tablet' | 'computer';

export interface DeviceRecord {
  readonly id: Id<'device'>;
  /** What is written on its sticker: « Tablette 7 ». Unique in the school. */
  readonly label: string;
  readonly kind: DeviceKind;
  readonly cartId?: Id<'cart'> | undefined;
  /** A computer reached without a browser of ours: by Veyon's service, or by any VNC server. */
  readonly reach?: DeviceReach | undefined;
}

export interface DeviceReach {
  readonly by: 'veyon' | 'rfb';
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  /** Ethernet address, twelve hexadecimal digits in lower case: to wake it, and to find it again. */
  readonly mac?: string | undefined;
}
/** Where each listens unless a school moved it. */
export const USUAL_PORT = { veyon: 11_100, rfb: 5_900 } as const;

export interface Credential {
  /** base64url SHA-256 of the public key's coordinates, made by `keyIdOf`. */
  readonly keyId: string;
  readonly device: Id<'device'>;
  /** SPKI of the P-256 public key, base64. */
  readonly publicKey: string;
  readonly origin: string;
  readonly at: Instant;
}

/** Labels are compared as people read them: « tablette 07 » is « Tablette 7 ». */
export function sameLabel(a: string, b: string): boolean {
  return tidyLabel(a) === tidyLabel(b);
}

function tidyLabel(label: string): string {
  return label
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/(^|\D)0+(\d)/g, '$1$2');
}
