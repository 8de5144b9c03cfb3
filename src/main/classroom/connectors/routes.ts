import { USUAL_PORT, type DeviceReach } from '../../../domain/device/device';
import { PreauError } from '../../../domain/errors';
import type { Id } from '../../../domain/id';
import { demand } from '../../../domain/rights/authorize';
import type { connectorsSubject } from '../../../contract/staff/connectors';
import type { StaffHandlers } from '../../capability';
import type { DevicesService } from '../../devices/service';
import { causeOf, Impossible } from './failure';
import { macOf, scan } from './finding';
import { openChannel } from './channel';
import type { Outcome } from './port';
import { greet, type Way } from './rfb/greeting';
import type { ConnectorSecrets } from './secrets';
import type { Stations } from './stations';
import { instant } from '../../../domain/time';

export interface ConnectorRooms {
  readonly devices: Pick<DevicesService, 'addReached' | 'moveReached' | 'reached'>;
  readonly secrets: ConnectorSecrets;
  readonly stations: Stations;
  readonly clock: () => number;
  readonly changed: () => void;
}

export function connectorsRoutes({ devices, secrets, stations, clock, changed }: ConnectorRooms) {
  const portOf = (by: DeviceReach['by'], port: number | undefined): number => port ?? USUAL_PORT[by];

  /** Comes as far as the welcome, then leaves: nothing is looked at. */
  async function knock(
    by: DeviceReach['by'],
    host: string,
    port: number,
    password?: string,
  ): Promise<Outcome> {
    const key = secrets.key;
    if (by === 'veyon' && !key) return { state: 'impossible', why: 'no-key' };
    const way: Way = by === 'veyon' && key ? { key } : { password };
    try {
      const channel = await openChannel(host, port);
      try {
        await greet(channel, way);
        return { state: 'done' };
      } finally {
        channel.close();
      }
    } catch (error) {
      if (error instanceof Impossible) return { state: 'impossible', why: error.why };
      return { state: 'no-answer', since: instant(clock()), cause: causeOf(error) };
    }
  }
  function reachOf(device: Id<'device'>): DeviceReach {
    const found = devices.reached().find((one) => one.id === device);
    if (!found) throw new PreauError('NOT_FOUND', { kind: 'device' });
    return found.reach;
  }
  return {
    state({ actor }) {
      demand(actor, 'device.enrol');
      const { key } = secrets;
      return key ? { key: { name: key.name } } : {};
    },
    async importKey({ actor }, { name, pem }) {
      demand(actor, 'device.enrol');
      await secrets.importKey(name, pem);
      changed();
      return {};
    },
    async test({ actor }, { by, host, port, password }) {
      demand(actor, 'device.enrol');
      return { outcome: await knock(by, host, portOf(by, port), password) };
    },
    async add({ actor }, { label, by, host, port, mac, password }) {
      demand(actor, 'device.enrol');
      const known = mac ?? (await macOf(host));
      const reach = { by, host, port: portOf(by, port), ...(known && { mac: known }) };
      const { id } = await devices.addReached(actor, { label, reach });
      if (password) await secrets.setPassword(id, password);
      changed();
      return { device: id };
    },
    async move({ actor }, { device, host, port, mac, password }) {
      demand(actor, 'device.enrol');
      const before = reachOf(device);
      const known = mac ?? before.mac ?? (await macOf(host));
      await devices.moveReached(actor, device, {
        by: before.by,
        host,
        port: port ?? before.port,
        ...(known && { mac: known }),
      });
      if (password) await secrets.setPassword(device, password);
      changed();
      return {};
    },
    async forget({ actor }, { device }) {
      demand(actor, 'device.enrol');
      reachOf(device);
      await devices.moveReached(actor, device, undefined);
      changed();
      return {};
    },
    async scan({ actor }, { by, from, to }) {
      demand(actor, 'device.enrol');
      const known = new Set(devices.reached().map(({ reach }) => reach.host));
      const macs = new Set(devices.reached().flatMap(({ reach }) => reach.mac ?? []));
      const found = await scan(by, from, to);
      return {
        found: found.map((one) => ({
          ...one,
          known:
            known.has(one.host) ||
            (one.name !== undefined && known.has(one.name)) ||
            (one.mac !== undefined && macs.has(one.mac)),
        })),
      };
    },
    stations: ({ actor }) => ({ stations: stations.list(actor) }),
    async call({ actor }, input) {
      await stations.call(actor, input.devices);
      changed();
      return {};
    },
    async dismiss({ actor }, input) {
      await stations.dismiss(actor, input.devices);
      changed();
      return {};
    },
    async perform({ actor }, input) {
      return { outcomes: [...(await stations.perform(actor, input.devices, input.command))] };
    },
    async help({ actor }, { device, input }) {
      return { outcome: await stations.help(actor, device, input) };
    },
  } satisfies StaffHandlers<typeof connectorsSubject>;
}
