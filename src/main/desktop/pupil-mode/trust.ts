import { X509Certificate } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { rootPrint } from '../../../domain/device/root-print';

export type Verdict = 'ours' | 'other-school' | 'dates' | 'name' | 'broken';

/** `serverAuth` */
const SERVER = '1.3.6.1.5.5.7.3.1';
const MOST = 5;

/** Where a teacher's computer may be: private IPv4 addresses and `.local`, as the root permits (`devices/ca.ts`). */
export function isDoorHost(host: string): boolean {
  if (!isIPv4(host)) return /^[a-z0-9-]{1,63}\.local$/i.test(host);
  const [a = 0, b = 0] = host.split('.').map(Number);
  return (
    a === 10 ||
    a === 127 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254)
  );
}

/**
 * Whether a computer of the school stands behind that name: leaf, intermediate, pinned root, each signed by the next
 * (docs/lan-door.md, Certificates), within its dates, for that host. The machine's own authorities have no say.
 *
 * @param chain as the computer sent it, its own certificate first; hostile
 * @param now ms since 1970
 */
export function judgeDoor(input: {
  readonly host: string;
  readonly chain: readonly X509Certificate[];
  readonly root: X509Certificate;
  readonly now: number;
}): Verdict {
  const { host, root, now } = input;
  const [leaf, ...others] = input.chain.slice(0, MOST);
  if (!leaf || !isDoorHost(host)) return 'broken';
  if (leaf.ca || !root.ca || !(leaf.keyUsage as string[] | undefined)?.includes(SERVER)) return 'broken';
  const poste = others.find((one) => one.ca && issued(leaf, one) && issued(one, root));
  if (!poste) return 'other-school';
  if (![leaf, poste, root].every((one) => isCurrent(one, now))) return 'dates';
  const named = isIPv4(host) ? leaf.checkIP(host) : leaf.checkHost(host);
  return named === undefined ? 'name' : 'ours';
}

const issued = (one: X509Certificate, by: X509Certificate): boolean =>
  one.checkIssued(by) && one.verify(by.publicKey);

const isCurrent = (one: X509Certificate, now: number): boolean =>
  Date.parse(one.validFrom) <= now && now <= Date.parse(one.validTo);

/** @returns undefined for what is no certificate */
export function readCertificate(bytes: string | Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}

export const printOf = (root: X509Certificate): string => rootPrint(root.fingerprint256);
