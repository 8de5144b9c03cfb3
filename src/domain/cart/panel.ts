/** All that the cart panel shows, derived in one go from evidence and facts. */
import { bayState } from './bay';
import { probableGroups, restOf } from './put-away';
import { readinessOf, summarise } from './readiness';
import type { BayState } from './bay';
import type { ChargeReading } from './evidence';
import type { CartFact, ProbableGroup } from './put-away';
import type { Id } from '../id';
import type { DeviceReadiness, ReadinessSummary } from './readiness';

/** A device and its place, as the inventory knows it. */
export interface PlacedDevice {
  readonly device: Id<'device'>;
  /** The number written on it: « tablette 7 ». */
  readonly number: number;
  readonly bay: number;
}

export interface CartEvidence {
  /** How many places the cart has, 1 to 30. */
  readonly bays: number;
  readonly devices: readonly PlacedDevice[];
  /** Of the place itself: hub, strip, person. */
  readonly ofBay: ReadonlyMap<number, readonly ChargeReading[]>;
  /** Of the device, wherever it is: its browser, ADB. */
  readonly ofDevice: ReadonlyMap<string, readonly ChargeReading[]>;
  readonly facts: readonly CartFact[];
}

export interface PanelBay extends BayState {
  readonly device: PlacedDevice | null;
  /** Null for a place that no device belongs to. */
  readonly readiness: DeviceReadiness | null;
}

export interface PanelState {
  readonly bays: readonly PanelBay[];
  readonly summary: ReadinessSummary;
  readonly probable: readonly ProbableGroup[];
}

/** @param now milliseconds since the epoch */
export function panelState(evidence: CartEvidence, now: number): PanelState {
  const rest = restOf(evidence.facts);
  const byBay = new Map(evidence.devices.map((one) => [one.bay, one]));
  const bays = Array.from({ length: evidence.bays }, (_, index): PanelBay => {
    const bay = index + 1;
    const device = byBay.get(bay) ?? null;
    const readings = [
      ...(evidence.ofBay.get(bay) ?? []),
      ...(device ? (evidence.ofDevice.get(device.device) ?? []) : []),
    ];
    const state = bayState(bay, readings, now);
    const readiness = device ? readinessOf(state, rest.get(device.device), now) : null;
    return { ...state, device, readiness };
  });
  const here = bays.filter((one) => one.device !== null);
  // A device that something else already speaks for is no longer guessed.
  const guessed = new Set<string>(
    here.filter((one) => one.readiness?.because === 'putAway').map((one) => one.device?.device ?? ''),
  );
  const known = new Set([...rest.keys()].filter((device) => !guessed.has(device)));
  return {
    bays,
    summary: summarise(here.map((one) => one.readiness).filter((one) => one !== null)),
    probable: probableGroups(evidence.facts, known, now),
  };
}
