/** How this computer reaches a box that speaks of charge. */
export type HubLink =
  | { readonly kind: 'serial'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** A USB hub: where it hangs (`1-1.3`: bus 1, port 1, port 3) and what it is; ids 0 to 0xffff. */
  | {
      readonly kind: 'usb';
      readonly path: string;
      readonly vendorId: number;
      readonly productId: number;
      readonly serial?: string | undefined;
    }
  /** A power strip. What opens it is in this computer's secrets and never here. */
  | {
      readonly kind: 'snmp';
      readonly host: string;
      readonly port: number;
      readonly version: SnmpVersion;
    };

export type SnmpVersion = '2c' | '3';
export const SNMP_PORT = 161;

/** A device file or a COM port, and no way out of /dev. */
export function isSerialPath(path: string): boolean {
  return /^(\/dev\/[\w.:/-]{1,120}|COM[1-9]\d{0,2})$/.test(path) && !path.includes('..');
}

/** Bus, then the ports on the way (USB 2.0 allows five hubs in a row): `1-1`, `2-1.4.3`. */
export function isUsbPath(path: string): boolean {
  return /^[1-9]\d{0,2}-[1-9]\d{0,2}(\.[1-9]\d{0,2}){0,6}$/.test(path);
}

/**
 * A serial number that tells one box from another. Hubs that were never given one answer zeros (`sn:000000`) or nothing,
 * and those are all alike.
 */
export function tellsApart(serial: string | undefined): serial is string {
  return serial !== undefined && /[^0\s-]/.test(serial);
}

function isNearIPv4(host: string): boolean {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(host)) return false;
  const [a = 256, b = 256, c = 256, d = 256] = host.split('.').map(Number);
  if ([a, b, c, d].some((part) => part > 255)) return false;
  // RFC 1918, loopback, link-local (RFC 3927).
  return (
    a === 10 ||
    a === 127 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254)
  );
}

/** Unique local fc00::/7 (RFC 4193), link-local fe80::/10, loopback. A zone or an embedded IPv4 address is refused. */
function isNearIPv6(host: string): boolean {
  if (host === '::1') return true;
  return /^[0-9a-f:]{2,39}$/i.test(host) && /^(f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/i.test(host);
}

/**
 * Whether an address stays in the building. Names are refused but `localhost`: what a name leads to is decided by
 * whoever answers for the DNS, and Préau has no business connecting out of the school for a cart.
 */
export function isNearAddress(host: string): boolean {
  return host === 'localhost' || isNearIPv4(host) || isNearIPv6(host);
}
