import { SimulatedHub } from '../../../src/demo/hub/hub';
import { serveHub, type HubServer } from '../../../src/demo/hub/server';
import { systemTimers } from '../../../src/main/cart/timers';
import { answerParent } from '../link/role';

export const PORTS = 15;
export interface HubsAt {
  /** Loopback ports, one a hub. */
  readonly ports: readonly number[];
}
export interface HubChange {
  /** 1 to 30: the second hub's places follow the first's. */
  readonly bay: number;
  readonly plugged: boolean;
}

/** Two charging hubs in a process of their own: what they cost is not the host's. */
export function hubsRole(): Promise<void> {
  const hubs: SimulatedHub[] = [];
  const servers: HubServer[] = [];
  answerParent({
    async open({ count }: { count: number }): Promise<HubsAt> {
      for (let n = 0; n < count; n += 1) {
        const hub = new SimulatedHub({ timers: systemTimers, seed: n + 1, serial: `BENCH000${n}` });
        // Far from full: nothing changes by itself while changes are timed.
        for (const port of hub.ports)
          port.plug({ capacityWh: 40, fullCurrentMa: 1_500 + port.number * 20, level: 0.2 });
        hub.elapse(60);
        hubs.push(hub);
        servers.push(await serveHub(hub, systemTimers));
      }
      return { ports: servers.map(({ port }) => port) };
    },
    /** @returns the instant of the change, ms since 1970 */
    change({ bay, plugged }: HubChange): Promise<number> {
      const port = hubs[Math.floor((bay - 1) / PORTS)]?.port(((bay - 1) % PORTS) + 1);
      if (!port) throw new RangeError(`no bay ${bay}`);
      if (plugged) port.plug({ capacityWh: 40, fullCurrentMa: 1_600, level: 0.2 });
      else port.unplug();
      return Promise.resolve(Date.now());
    },
    async close(): Promise<number> {
      await Promise.all(servers.map((server) => server.close()));
      return servers.length;
    },
  });
  return Promise.resolve();
}
