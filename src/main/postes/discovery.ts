import type { LanAddress } from './peer-probe';

/** Announced and looked for on the LAN: `_preau-poste._tcp` (docs/sync.md). Says a port and nothing else. */
export const SERVICE_TYPE = 'preau-poste';

/** How postes find each other. Injected: tests and the demonstration name addresses and announce nothing. */
export interface Discovery {
  /** @returns a function that takes the announcement back */
  announce(name: string, port: number): Promise<() => Promise<void>>;
  /** Addresses of postes that answer to the service's name right now, whoever they are. */
  find(): Promise<readonly LanAddress[]>;
  close(): Promise<void>;
}

/** Postes whose addresses are known: tests, the demonstration, a network where mDNS does not pass. */
export function knownAddresses(addresses: () => readonly LanAddress[]): Discovery {
  return {
    announce: () => Promise.resolve(() => Promise.resolve()),
    find: () => Promise.resolve(addresses()),
    close: () => Promise.resolve(),
  };
}
