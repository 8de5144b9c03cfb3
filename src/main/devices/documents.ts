import type { Id } from '../../domain/id';
import type { Instant } from '../../domain/time';
import type { DeviceKind } from '../../domain/device/device';

/** What the fleet's audience (`parc`) holds of a device's identity. No person is named in any of them. */
export interface DeviceDocument {
  readonly [field: string]: string | number | undefined;
  readonly _id: Id<'device'>;
  readonly type: 'device';
  readonly v: 1;
  readonly label: string;
  readonly kind: DeviceKind;
  readonly cartId?: Id<'cart'> | undefined;
  /** A computer reached without a browser key: how, and where. */
  readonly reachBy?: 'veyon' | 'rfb' | undefined;
  readonly reachHost?: string | undefined;
  readonly reachPort?: number | undefined;
  readonly reachMac?: string | undefined;
}

/** One key of a device, for one origin: a fact, never changed. */
export interface CredentialDocument {
  readonly [field: string]: string | number;
  readonly _id: Id<'enrol'>;
  readonly type: 'deviceCredential';
  readonly v: 1;
  readonly device: Id<'device'>;
  readonly keyId: string;
  readonly publicKey: string;
  readonly origin: string;
  readonly at: Instant;
}

/** « Cette tablette ne doit plus entrer »: every credential made before it is void, everywhere at once. */
export interface RevocationDocument {
  readonly [field: string]: string | number | readonly string[];
  readonly _id: Id<'school'>;
  readonly type: 'deviceRevoked';
  readonly v: 1;
  readonly device: Id<'device'>;
  /** Credentials it voids: it names what it replaces, clocks do not decide. */
  readonly credentials: readonly string[];
  readonly at: Instant;
}
