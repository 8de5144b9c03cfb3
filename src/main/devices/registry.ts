import { idFrom, type Id } from '../../domain/id';
import { PreauError } from '../../domain/errors';
import {
  sameLabel,
  type Credential,
  type DeviceKind,
  type DeviceReach,
  type DeviceRecord,
} from '../../domain/device/device';
import { instant } from '../../domain/time';
import type { AudienceDatabase } from '../../store/port';
import type { Platform } from '../capability';
import type { CredentialDocument, DeviceDocument, RevocationDocument } from './documents';
import type { DeviceKey } from './keys';

/** The school's devices and their keys, read from the fleet's audience: every poste of the school knows every device. */
export interface DeviceRegistry {
  list(): readonly DeviceRecord[];
  get(id: Id<'device'>): DeviceRecord | undefined;
  byLabel(label: string): DeviceRecord | undefined;
  add(device: {
    readonly label: string;
    readonly kind: DeviceKind;
    readonly cartId?: Id<'cart'>;
    readonly reach?: DeviceReach;
  }): Promise<DeviceRecord>;
  /** Where a computer without a browser key is now; undefined: it is not reached that way any more. */
  reachAt(id: Id<'device'>, reach: DeviceReach | undefined): Promise<void>;
  rename(id: Id<'device'>, label: string): Promise<void>;
  /** Credentials still good, of all devices. */
  credentials(): readonly Credential[];
  /** The key a device shows; `revoked` where it was good once. */
  find(keyId: string): { readonly credential: Credential; readonly revoked: boolean } | undefined;
  /** Written once: the same key for the same device is the same fact. */
  addCredential(device: Id<'device'>, key: DeviceKey, origin: string): Promise<Credential>;
  revoke(device: Id<'device'>): Promise<void>;
}

export function createDeviceRegistry(
  platform: Pick<Platform, 'clock' | 'random'>,
  parc: AudienceDatabase,
): DeviceRegistry {
  const documents = () => parc.all<DeviceDocument>('device').map(({ body }) => body);
  const keys = () => parc.all<CredentialDocument>('deviceCredential').map(({ body }) => body);
  const voided = (): ReadonlySet<string> =>
    new Set(parc.all<RevocationDocument>('deviceRevoked').flatMap(({ body }) => body.credentials));

  function existing(id: Id<'device'>) {
    const held = parc.get<DeviceDocument>(id);
    if (!held) throw new PreauError('NOT_FOUND', { kind: 'device' });
    return held;
  }
  const registry: DeviceRegistry = {
    list: () => documents().map(recordOf),
    get: (id) => {
      const held = parc.get<DeviceDocument>(id);
      return held && recordOf(held.body);
    },
    byLabel: (label) =>
      documents()
        .map(recordOf)
        .find((device) => sameLabel(device.label, label)),
    async add({ reach, ...device }) {
      const id = idFrom('device', platform.random(9));
      await parc.put<DeviceDocument>({ _id: id, type: 'device', v: 1, ...device, ...reachFields(reach) });
      return { id, ...device, ...(reach && { reach }) };
    },
    async reachAt(id, reach) {
      const { body, rev } = existing(id);
      const rest = Object.fromEntries(Object.entries(body).filter(([field]) => !field.startsWith('reach')));
      await parc.put<DeviceDocument>({ ...kept(body), ...rest, ...reachFields(reach) }, rev);
    },
    async rename(id, label) {
      const twin = registry.byLabel(label);
      if (twin && twin.id !== id) throw new PreauError('CONFLICT', { id: twin.id });
      const held = existing(id);
      await parc.put<DeviceDocument>({ ...held.body, label }, held.rev);
    },
    credentials() {
      const gone = voided();
      return keys()
        .filter((key) => !gone.has(key._id))
        .map(credentialOf);
    },
    find(keyId) {
      // The same browser key may have been enrolled again after a revocation: a good one wins.
      const found = keys().filter((key) => key.keyId === keyId);
      const gone = voided();
      const good = found.find((key) => !gone.has(key._id)) ?? found[0];
      return good && { credential: credentialOf(good), revoked: gone.has(good._id) };
    },
    async addCredential(device, key, origin) {
      existing(device);
      const gone = voided();
      const same = keys().find(
        (one) =>
          one.keyId === key.keyId && one.device === device && one.origin === origin && !gone.has(one._id),
      );
      if (same) return credentialOf(same);
      const document: CredentialDocument = {
        _id: idFrom('enrol', platform.random(9)),
        type: 'deviceCredential',
        v: 1,
        device,
        keyId: key.keyId,
        publicKey: key.spki,
        origin,
        at: instant(platform.clock()),
      };
      await parc.put(document);
      return credentialOf(document);
    },
    async revoke(device) {
      existing(device);
      await parc.put<RevocationDocument>({
        // A head's by its prefix: nobody else may write over it (src/exchange/author-rules.ts).
        _id: idFrom('school', platform.random(9)),
        type: 'deviceRevoked',
        v: 1,
        device,
        credentials: keys()
          .filter((key) => key.device === device)
          .map((key) => key._id),
        at: instant(platform.clock()),
      });
    },
  };
  return registry;
}

const recordOf = (body: DeviceDocument): DeviceRecord => ({
  id: body._id,
  label: body.label,
  kind: body.kind,
  ...(body.cartId && { cartId: body.cartId }),
  ...(body.reachBy &&
    body.reachHost !== undefined &&
    body.reachPort !== undefined && {
      reach: {
        by: body.reachBy,
        host: body.reachHost,
        port: body.reachPort,
        ...(body.reachMac && { mac: body.reachMac }),
      },
    }),
});

const kept = ({ _id, type, v, label, kind }: DeviceDocument) => ({ _id, type, v, label, kind });

const reachFields = (reach: DeviceReach | undefined) =>
  reach && {
    reachBy: reach.by,
    reachHost: reach.host,
    reachPort: reach.port,
    ...(reach.mac && { reachMac: reach.mac }),
  };

const credentialOf = ({ keyId, device, publicKey, origin, at }: CredentialDocument): Credential => ({
  keyId,
  device,
  publicKey,
  origin,
  at,
});
