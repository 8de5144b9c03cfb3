import type { KeyObject } from 'node:crypto';
import type { StreamShare } from '../../../domain/lesson/bandwidth';
import type { DeviceReach, DeviceRecord } from '../../../domain/device/device';
import type { Id } from '../../../domain/id';
import type { Instant } from '../../../domain/time';
import type { SchoolTablets } from '../../android/school-tablets';

/** What a connector may be able to do for a device; what it declares it does, or says per device why not. */
export type Ability =
  | 'screen'
  | 'lock'
  | 'message'
  | 'open-page'
  | 'open-file'
  | 'start-app'
  | 'stop-app'
  | 'demo'
  | 'power'
  | 'wake'
  | 'proxy'
  | 'clean'
  | 'help';

export type ConnectorKind = 'pupil-app' | 'veyon' | 'rfb' | 'adb';

/** Why a device does not answer, the likeliest first; each has one gesture in the words of the screen. */
export type Cause =
  /** Nothing at this address: switched off, asleep, on another network. */
  | 'unreachable'
  /** The computer is there, the program is not (or a firewall answers for it). */
  | 'refused'
  /** Connected, and says nothing any more. */
  | 'hanging'
  /** The line was cut. */
  | 'cut'
  /** The name is known to nobody. */
  | 'unknown-name'
  /** A tablet that waits for « Autoriser » on its own screen. */
  | 'unauthorised'
  /** This computer's system lets nobody speak to it by cable. */
  | 'no-permission'
  /** A tablet started in recovery or in its loader. */
  | 'maintenance'
  /** A tablet that restarted: a minute on the cable opens the way through the air again. */
  | 'needs-cable'
  /** Two tablets that are there say one serial number. */
  | 'twin';

/** Why a device that answers cannot do it. */
export type Why =
  | 'not-supported'
  /** The school's key or password is not the one it expects. */
  | 'key-refused'
  | 'no-key'
  | 'broken'
  | 'too-large'
  | 'unreachable'
  /** The device's system lets no outsider do it. */
  | 'not-allowed'
  | 'no-such-app'
  /** Nothing on it opens a page. */
  | 'no-page';

export type Outcome =
  | { readonly state: 'done' }
  /** The device was told, and its picture does not show it (a lock that Veyon 4.7.5 believes to be on). */
  | { readonly state: 'asked' }
  | { readonly state: 'impossible'; readonly why: Why }
  | { readonly state: 'no-answer'; readonly since: Instant; readonly cause: Cause };

export type Command =
  | { readonly do: 'lock'; readonly on: boolean; readonly reason?: string | undefined }
  | { readonly do: 'message'; readonly text: string }
  | { readonly do: 'open-page'; readonly url: string }
  | { readonly do: 'start-app' | 'stop-app'; readonly program: string }
  /** `address:port` of a filter, or none any more. */
  | { readonly do: 'proxy'; readonly proxy?: string | undefined }
  /** What was made on it since then (photographs, downloads) is removed. */
  | { readonly do: 'clean'; readonly since: Instant }
  /** The screen of another device of the same connector, or nothing more. */
  | { readonly do: 'demo'; readonly from?: Id<'device'> | undefined; readonly window?: boolean | undefined }
  | { readonly do: 'power'; readonly how: 'off' | 'reboot' }
  | { readonly do: 'wake' }
  | { readonly do: 'help'; readonly input: HelpInput };

/** A key or a pointer, as RFB carries them: keysyms of X11, thousandths of the width and height of its screen. */
export type HelpInput =
  | { readonly key: number; readonly down: boolean }
  | { readonly x: number; readonly y: number; readonly buttons: number };

/** A picture for the wall, in the frame format of docs/lan-door.md. */
export type Picture = (device: Id<'device'>, chunk: Buffer) => void;

/** What a connector tells without being asked. */
export interface ConnectorEvents {
  readonly picture: Picture;
  /** The device is there (again). */
  readonly here: (device: Id<'device'>) => void;
  readonly gone: (device: Id<'device'>, cause: Cause, why?: Why) => void;
}

/**
 * A way of reaching devices (DESIGN 5). It never hangs (each command has a deadline of its own) and never throws for a
 * device that does not answer: it says so.
 */
export interface Connector {
  readonly kind: ConnectorKind;
  abilities(device: Id<'device'>): ReadonlySet<Ability>;
  perform(device: Id<'device'>, command: Command): Promise<Outcome>;
  /** Pictures for the wall; nothing while nobody looks (`perSecond` 0). */
  watch(device: Id<'device'>, wanted: StreamShare & { readonly key?: boolean }): void;
  /** Nothing of it runs any more once this is done. */
  close(): Promise<void>;
}

/** Computers of the school without a browser key, and what opens them (`rooms.ts` hands it in). */
export interface StationBook {
  list(): readonly (DeviceRecord & { readonly reach: DeviceReach })[];
  key(): VeyonKey | undefined;
  password(device: Id<'device'>): string | undefined;
  /** Where a computer that was lost answers now, by its Ethernet address. */
  whereIs(mac: string): Promise<string | undefined>;
}

/** Android tablets that adb reaches from this computer, of those in the inventory (`rooms.ts` hands it in). */
export interface TabletBook {
  readonly hands: SchoolTablets;
  /** Those with a serial number, whether they answer or not. */
  list(): readonly DeviceRecord[];
}

/** The school's Veyon key: its name in « veyon-cli authkeys », and the private half. */
export interface VeyonKey {
  readonly name: string;
  readonly privateKey: KeyObject;
}

/** Longest wait for a command, ms: what has not come by then is not coming during this gesture. */
export const COMMAND_DEADLINE = 4_000;
/** Longest wait for a connection and its greeting, ms. */
export const CONNECT_DEADLINE = 3_000;
