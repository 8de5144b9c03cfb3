import { setTimeout as wait } from 'node:timers/promises';
import { Bonjour, type Browser, type Service } from 'bonjour-service';
import { SERVICE_TYPE, type Discovery } from './discovery';
import type { LanAddress } from './peer-probe';

/** Answers of a school's network are here within this, in milliseconds: 30 postes took 195 ms (reference/real-peers.md 6). */
const ANSWER_MS = 700;
/** Announcements kept. */
const FOUND_MAX = 500;
/** A poste that has not answered for this many looks is not shown any more. */
const LOOKS_KEPT = 2;

/**
 * mDNS by bonjour-service. Not for tests on the ordinary network: it speaks to whoever is there.
 *
 * The package keeps what it heard first and what it said first, for ever. Addresses change (DHCP, another Wi-Fi point, a
 * laptop that slept), so each look begins a new search, and the announcement is made again when this computer's own
 * addresses are others.
 * @param ownAddresses this computer's addresses, asked for at each look
 */
export function mdnsDiscovery(
  onFailure: (code: string) => void,
  ownAddresses: () => readonly string[],
): Discovery {
  const bonjour = new Bonjour(undefined, (error: unknown) =>
    onFailure(error instanceof Error ? error.name : 'mdns'),
  );
  const found = new Map<string, { readonly address: LanAddress; look: number }>();
  let look = 0;
  let browser: Browser | undefined;
  let announced:
    { readonly name: string; readonly port: number; service: Service; addresses: string } | undefined;
  let looking: Promise<void> | undefined;

  const note = (service: Service): void => {
    // IPv4 first: link-local IPv6 needs a zone that the announcement does not carry.
    const host = service.addresses?.find((address) => address.includes('.')) ?? service.referer?.address;
    if (host && (found.has(service.fqdn) || found.size < FOUND_MAX))
      found.set(service.fqdn, { address: { host, port: service.port }, look });
  };
  const publish = (name: string, port: number): Service =>
    // `host` is set: the default is a bare name without `.local` (reference/real-peers.md 6).
    bonjour.publish({ name, type: SERVICE_TYPE, protocol: 'tcp', port, host: `${name}.local` });
  const withdraw = (service: Service): Promise<void> =>
    new Promise((resolve) => (service.stop ? service.stop(() => resolve()) : resolve()));
  const addressesNow = (): string => [...ownAddresses()].sort().join(' ');

  async function search(): Promise<void> {
    const now = addressesNow();
    if (announced && announced.addresses !== now) {
      announced.addresses = now;
      await withdraw(announced.service);
      announced.service = publish(announced.name, announced.port);
    }
    look += 1;
    browser?.stop();
    browser = bonjour.find({ type: SERVICE_TYPE, protocol: 'tcp' });
    browser.on('up', note);
    browser.on('srv-update', note);
    browser.on('down', (service: Service) => void found.delete(service.fqdn));
    await wait(ANSWER_MS);
    for (const [name, entry] of found) if (entry.look <= look - LOOKS_KEPT) found.delete(name);
  }

  return {
    announce(name, port) {
      announced = { name, port, service: publish(name, port), addresses: addressesNow() };
      return Promise.resolve(async () => {
        const { service } = announced ?? {};
        announced = undefined;
        if (service) await withdraw(service);
      });
    },
    async find() {
      looking ??= search().finally(() => (looking = undefined));
      await looking;
      return [...found.values()].map(({ address }) => address);
    },
    close: () =>
      new Promise((resolve) => {
        browser?.stop();
        bonjour.unpublishAll(() => bonjour.destroy(() => resolve()));
      }),
  };
}
