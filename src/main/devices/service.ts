import { randomBytes, X509Certificate } from 'node:crypto';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { rootPrint } from '../../domain/device/root-print';
import type { DeviceKind, DeviceReach, DeviceRecord } from '../../domain/device/device';
import { demand } from '../../domain/rights/authorize';
import type { Actor } from '../../domain/rights/actor';
import { instant } from '../../domain/time';
import { tidyCode } from '../../domain/lesson/code';
import type { EnrolledDevice, EnrolmentTicket } from '../../contract/staff/devices';
import type { AudienceDatabase } from '../../store/port';
import type { Platform } from '../capability';
import { createDeviceRegistry } from './registry';
import { createEnrolments, type EnrolmentOrder } from './enrolment';
import { proofText, proves } from './keys';

/** Addresses of this poste's LAN door, asked when needed: they change with the network. */
export interface DoorAddresses {
  /** Origins the pupil app is served from here. */
  origins(): readonly string[];
  /** The one to hand to a new device: by address for tablets, which resolve no `.local` (reference fleet). */
  originFor(kind: DeviceKind): string | undefined;
  /** Address of the plain page. */
  plain(): string | undefined;
  /** PEM of the school's root. */
  authority?(): string | undefined;
}

/** What the LAN door asks about a device that speaks to it. */
export interface DoorDevices {
  /** 32 fresh bytes, base64url. */
  challenge(): string;
  knows(keyId: string): boolean;
  /** @throws PreauError `DEVICE_UNKNOWN`, `DEVICE_REVOKED` */
  prove(input: {
    readonly keyId: string;
    readonly challenge: string;
    readonly origin: string;
    readonly signature: string;
  }): DeviceRecord;
  /** @throws PreauError `ENROLMENT_WRONG` */
  enrol(input: {
    readonly code: string;
    readonly publicKey: Readonly<Record<string, unknown>>;
    readonly label?: string | undefined;
    readonly origin: string;
  }): Promise<{ readonly device: DeviceRecord; readonly keyId: string }>;
  onRevoked(listener: (device: Id<'device'>) => void): () => void;
}

export interface DevicesService {
  readonly door: DoorDevices;
  list(actor: Actor): readonly EnrolledDevice[];
  startEnrolment(actor: Actor, order: EnrolmentOrder): EnrolmentTicket;
  cancelEnrolment(actor: Actor, code: string): void;
  rename(actor: Actor, device: Id<'device'>, label: string): Promise<void>;
  revoke(actor: Actor, device: Id<'device'>): Promise<void>;
  /** A computer reached without a browser key. @throws PreauError `CONFLICT` for a label that is taken */
  addReached(
    actor: Actor,
    device: { readonly label: string; readonly reach: DeviceReach },
  ): Promise<DeviceRecord>;
  moveReached(actor: Actor, device: Id<'device'>, reach: DeviceReach | undefined): Promise<void>;
  /** Those of the school that are reached without a browser key; the poste's own question. */
  reached(): readonly (DeviceRecord & { readonly reach: DeviceReach })[];
}

export function createDevicesService(
  platform: Platform,
  parc: AudienceDatabase,
  addresses: DoorAddresses,
): DevicesService {
  const registry = createDeviceRegistry(platform, parc);
  const enrolments = createEnrolments(platform, registry);
  const revoked = new Set<(device: Id<'device'>) => void>();

  function describe(device: DeviceRecord): EnrolledDevice {
    const keys = registry.credentials().filter((key) => key.device === device.id);
    const here = keys.find((key) => addresses.origins().includes(key.origin));
    const since = (here ?? keys[0])?.at;
    return {
      id: device.id,
      label: device.label,
      kind: device.kind,
      ...(device.cartId && { cart: device.cartId }),
      enrolled: here ? 'here' : keys.length > 0 ? 'elsewhere' : 'no',
      ...(since && { since }),
      ...(device.reach && {
        reach: {
          by: device.reach.by,
          host: device.reach.host,
          port: device.reach.port,
          wakes: !!device.reach.mac,
        },
      }),
    };
  }
  function known(id: Id<'device'>): DeviceRecord {
    const device = registry.get(id);
    if (!device) throw new PreauError('NOT_FOUND', { kind: 'device' });
    return device;
  }

  return {
    door: {
      // Not the injected randomness: a reproducible challenge could be answered in advance.
      challenge: () => randomBytes(32).toString('base64url'),
      knows: (keyId) => registry.find(keyId)?.revoked === false,
      prove({ keyId, challenge, origin, signature }) {
        const found = registry.find(keyId);
        if (!found || !proves(found.credential.publicKey, proofText(challenge, origin), signature))
          throw new PreauError('DEVICE_UNKNOWN');
        // Only who holds the key learns that it was revoked.
        if (found.revoked) throw new PreauError('DEVICE_REVOKED');
        return known(found.credential.device);
      },
      async enrol(input) {
        const { device, keyId } = await enrolments.redeem(input);
        const record = known(device);
        platform.log.info('device.enrolled', { device });
        platform.publish('devices.enrolled', { code: tidyCode(input.code), device: describe(record) });
        platform.publish('devices.changed', {});
        return { device: record, keyId };
      },
      onRevoked(listener) {
        revoked.add(listener);
        return () => void revoked.delete(listener);
      },
    },
    list(actor) {
      demand(actor, 'inventory.read');
      return registry
        .list()
        .map(describe)
        .sort((a, b) => a.label.localeCompare(b.label, 'fr', { numeric: true }));
    },
    startEnrolment(actor, order) {
      demand(actor, 'device.enrol');
      const kind = 'device' in order ? known(order.device).kind : order.kind;
      const origin = addresses.originFor(kind);
      if (!origin) throw new PreauError('BUSY');
      const { code, expiresAt } = enrolments.start(order);
      const root = addresses.authority?.();
      return {
        code,
        expiresAt: instant(expiresAt),
        trustUrl: addresses.plain() ?? origin,
        enrolUrl: `${origin}/#enrol=${code}`,
        ...(root && { print: rootPrint(new X509Certificate(root).fingerprint256) }),
      };
    },
    cancelEnrolment(actor, code) {
      demand(actor, 'device.enrol');
      enrolments.cancel(code);
    },
    async rename(actor, device, label) {
      demand(actor, 'device.enrol');
      await registry.rename(device, label);
      platform.publish('devices.changed', {});
    },
    async revoke(actor, device) {
      demand(actor, 'device.revoke');
      await registry.revoke(device);
      platform.log.info('device.revoked', { device });
      for (const listener of revoked) listener(device);
      platform.publish('devices.changed', {});
    },
    async addReached(actor, { label, reach }) {
      demand(actor, 'device.enrol');
      const twin = registry.byLabel(label);
      if (twin) throw new PreauError('CONFLICT', { id: twin.id });
      const device = await registry.add({ label, kind: 'computer', reach });
      platform.publish('devices.changed', {});
      return device;
    },
    async moveReached(actor, device, reach) {
      demand(actor, 'device.enrol');
      await registry.reachAt(device, reach);
      platform.publish('devices.changed', {});
    },
    reached: () =>
      registry.list().flatMap((device) => (device.reach ? [{ ...device, reach: device.reach }] : [])),
  };
}
