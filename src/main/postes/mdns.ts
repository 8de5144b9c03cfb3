import { Bonjour, type Service } from 'bonjour-service';
import { SERVICE_TYPE, type Discovery } from './discovery';
import type { LanAddress } from './peer-probe';

/** mDNS by bonjour-service. Not for tests: it speaks to the real network. */
export function mdnsDiscovery(onFailure: (code: string) => void): Discovery {
  const bonjour = new Bonjour(undefined, (error: unknown) =>
    onFailure(error instanceof Error ? error.name : 'mdns'),
  );
  const found = new Map<string, LanAddress>();
  const browser = bonjour.find({ type: SERVICE_TYPE, protocol: 'tcp' });
  const note = (service: Service): void => {
    // IPv4 first: link-local IPv6 needs a zone that the announcement does not carry.
    const host = service.addresses?.find((address) => address.includes('.')) ?? service.referer?.address;
    if (host) found.set(service.fqdn, { host, port: service.port });
  };
  browser.on('up', note);
  browser.on('srv-update', note);
  browser.on('down', (service: Service) => void found.delete(service.fqdn));
  return {
    announce(name, port) {
      // `host` is set: the default is a bare name without `.local` (reference/real-peers.md 6).
      const service = bonjour.publish({
        name,
        type: SERVICE_TYPE,
        protocol: 'tcp',
        port,
        host: `${name}.local`,
      });
      return Promise.resolve(
        () => new Promise<void>((resolve) => (service.stop ? service.stop(() => resolve()) : resolve())),
      );
    },
    find() {
      browser.update();
      return Promise.resolve([...found.values()]);
    },
    close: () =>
      new Promise((resolve) => {
        browser.stop();
        bonjour.unpublishAll(() => bonjour.destroy(() => resolve()));
      }),
  };
}
