import type { Id } from '../id';

/** Minutes since local midnight, 0 to 1439. A window may pass midnight. */
export interface NightWindow {
  readonly from: number;
  readonly to: number;
}

/** What the head decides for the school. The same on every poste: a document of `parc`. */
export interface SyncSettings {
  readonly night: NightWindow;
  /** Bytes over the line, both ways, in one night; null: no ceiling. */
  readonly nightBytes: number | null;
  /** Bytes over the line, both ways, in one calendar month; null: no ceiling. */
  readonly monthBytes: number | null;
  /** The line is billed by volume, or shared with something that must not be slowed down: no files over it. */
  readonly metered: boolean;
  /** The poste that carries the night; null: each for itself. Two at once are harmless, a lease only saves bytes. */
  readonly carrier: Id<'poste'> | null;
}

export const DEFAULT_SETTINGS: SyncSettings = {
  night: { from: 20 * 60, to: 6 * 60 },
  nightBytes: null,
  monthBytes: null,
  metered: false,
  carrier: null,
};

/** Between neighbours by day, where something waits, in minutes. */
export const PEERS_EVERY_MIN = 15;
/** Where nothing waits here: what the poste that carries brought from the commune comes so, in minutes. */
export const PEERS_IDLE_MIN = 60;

export function inWindow({ from, to }: NightWindow, minutes: number): boolean {
  return from <= to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
}

/** Its length in minutes; a window that ends where it begins is the whole day. */
export const windowMinutes = ({ from, to }: NightWindow): number => (to - from + 1440) % 1440 || 1440;
