import { networkInterfaces } from 'node:os';

/**
 * Private IPv4 addresses of this computer (RFC 1918, link-local), the ones the school's certificates may name. Virtual
 * bridges of the system are left out: no tablet reaches them.
 */
export function privateAddresses(): string[] {
  const found: string[] = [];
  for (const [name, entries] of Object.entries(networkInterfaces())) {
    if (/^(docker|veth|br-|virbr|vmnet|vEthernet)/.test(name)) continue;
    for (const entry of entries ?? [])
      if (entry.family === 'IPv4' && !entry.internal && isPrivate(entry.address)) found.push(entry.address);
  }
  return found.sort();
}

export function isPrivate(address: string): boolean {
  const [a = -1, b = -1] = address.split('.').map(Number);
  return (
    a === 10 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    a === 127
  );
}
