/**
 * The one port of charge evidence (docs/cart-decisions.md). A source reads the places of one box (a charging hub, a USB
 * hub, a power strip), or carries what a device or a person says of itself. Whatever it is, it keeps what it last heard
 * with the instant at which this computer heard it, and says itself when it hears nothing any more. Every source passes
 * `test/integration/cart/sources/contract.ts`.
 */
import type { ChargeReading } from '../../../domain/cart/evidence';
import type { Id } from '../../../domain/id';

/** `silent`: reached, and no usable answer. `lost`: not reached; tried again. `boot`: being updated by its own tool. */
export type SourceStatus = 'connecting' | 'answering' | 'silent' | 'lost' | 'boot' | 'stopped';

/** What a box reports of itself; each has its sentence and its gesture on the screen. */
export type SourceAlert =
  'underVoltage' | 'overVoltage' | 'overTemperature' | 'overCurrent' | 'hubError' | 'onBattery';

/** What hangs on a port by its own USB descriptor: who is in which place. */
export interface AttachedDevice {
  /** 0 to 0xffff. */
  readonly vendorId: number;
  readonly productId: number;
  /** The number an Android tablet also shows to ADB; absent where the device tells none or it cannot be read. */
  readonly serial?: string;
}

export interface SourcePort {
  /** 1-based, as printed on the box. */
  readonly port: number;
  readonly reading: ChargeReading;
  readonly device?: AttachedDevice;
}

/** `perPort`: each port on its own. `ganged`: the ports of the box together only. `none`: it can be read only. */
export type Switching = 'perPort' | 'ganged' | 'none';

export interface SourceSnapshot {
  readonly status: SourceStatus;
  /** UTC ISO instant at which the status was entered. */
  readonly since: string;
  /** A code for `lost`, `silent` and `connecting`: the system's (`ENOENT`), or the driver's (`timeout`, `wrongKey`, `anotherBox`). */
  readonly why?: string;
  /** What the box calls itself, and its own serial number: by it a box is known again wherever it is plugged. */
  readonly hardware?: { readonly name: string; readonly serial?: string };
  readonly alerts: readonly SourceAlert[];
  readonly switching: Switching;
  /** The ports that ever answered, by number; kept when the box is lost, and stale by themselves then. */
  readonly ports: readonly SourcePort[];
}

/** What became of one order. Never thrown: a plan goes on with the other ports. */
export type SwitchOutcome =
  | { readonly outcome: 'done' }
  /** The box said no, with its own code: `E422`, `readOnly`, `authorizationError`. */
  | { readonly outcome: 'refused'; readonly code: string }
  | {
      readonly outcome: 'impossible';
      /** `elsewhere`: another computer reads that box. */
      readonly why: 'ganged' | 'readOnly' | 'noSuchPort' | 'elsewhere';
    }
  /** No answer: the order may or may not have been carried out. */
  | { readonly outcome: 'silent'; readonly why: string };

/**
 * What changed with a snapshot. `seen`: what a glance at the screen shows (status, power, who is plugged, alerts).
 * `measured`: numbers only; a screen takes them at its next refresh, the history of charges at once.
 */
export type News = 'seen' | 'measured';

export interface ChargeSource {
  readonly snapshot: SourceSnapshot;
  /** Begins to read, and goes on by itself whatever happens to the box. */
  start(): void;
  /** Nothing of it runs afterwards; every order under way has its outcome. */
  stop(): void;
  /** For the charging plan of a computer that stays with the cart, and a person's click on that computer. */
  switchPort(port: number, on: boolean): Promise<SwitchOutcome>;
  /** Starts the box anew (a person's click): it comes back with everything on. */
  restart(): Promise<SwitchOutcome>;
}

export type HearSnapshot = (snapshot: SourceSnapshot, news: News) => void;

/** The boxes this computer reads, one a `hub_` document that names it. */
export interface SourcePool {
  /** Undefined for a box that another computer reads. */
  snapshot(hub: Id<'hub'>): SourceSnapshot | undefined;
  /** What the boxes of a cart said, by bay (`firstBay + port - 1`). Where two speak of one bay, both are heard. */
  readings(cart: Id<'cart'>): Map<number, ChargeReading[]>;
  /** Devices seen on the ports of a cart by their USB descriptor, by bay. */
  attached(cart: Id<'cart'>): Map<number, AttachedDevice>;
  switchPort(hub: Id<'hub'>, port: number, on: boolean): Promise<SwitchOutcome>;
  restart(hub: Id<'hub'>): Promise<SwitchOutcome>;
  /** Every snapshot as it comes, numbers included. @returns a function that ends it */
  onSnapshot(
    listen: (heard: {
      readonly hub: Id<'hub'>;
      readonly cart: Id<'cart'>;
      readonly firstBay: number;
      readonly snapshot: SourceSnapshot;
      readonly news: News;
    }) => void,
  ): () => void;
}
