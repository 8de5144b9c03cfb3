/** From documents, hubs and what devices said to what the panel is derived from. */
import { readAll } from './documents';
import type { ChargeReading } from '../../domain/cart/evidence';
import type { CartEvidence } from '../../domain/cart/panel';
import type { AudienceDatabase } from '../../store/port';
import type { CartDocument } from './documents';
import type { DeviceWords } from './sources/device-words';
import type { SourcePool } from './sources/port';
import type { CartDevices } from './types';

/** The last word of a person on each bay of a cart. */
function observations(parc: AudienceDatabase, cart: string): Map<number, ChargeReading> {
  const last = new Map<number, CartDocument<'cartObservation'>>();
  for (const seen of readAll(parc, 'cartObservation')) {
    if (seen.cart !== cart) continue;
    const before = last.get(seen.bay);
    if (!before || before.at < seen.at || (before.at === seen.at && before._id < seen._id))
      last.set(seen.bay, seen);
  }
  const readings = new Map<number, ChargeReading>();
  for (const [bay, { power, percent, at }] of last) {
    if (power === undefined && percent === undefined) continue;
    const value = {
      ...(power === undefined ? {} : { power }),
      ...(percent === undefined ? {} : { percent }),
    };
    readings.set(bay, { source: 'person', at, value });
  }
  return readings;
}

export function cartEvidence(
  parc: AudienceDatabase,
  cart: CartDocument<'cart'>,
  devices: CartDevices,
  hubs: Pick<SourcePool, 'readings'>,
  heard: DeviceWords,
): CartEvidence {
  const ofBay = hubs.readings(cart._id);
  for (const [bay, reading] of observations(parc, cart._id))
    ofBay.set(bay, [...(ofBay.get(bay) ?? []), reading]);
  const placed = devices.inCart(cart._id);
  return {
    bays: cart.bays,
    devices: placed,
    ofBay,
    ofDevice: new Map(placed.map(({ device }) => [device, heard.of(device)])),
    facts: readAll(parc, 'cartFact')
      .filter((fact) => fact.cart === cart._id)
      .map(({ _id, kind, at, entries, replaces, voids }) => ({
        id: _id,
        kind,
        at,
        entries: entries.map(({ device, state }) => ({ device, state })),
        replaces,
        ...(voids === undefined ? {} : { voids }),
      })),
  };
}

type Plain<T> = T extends readonly (infer E)[]
  ? Plain<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T;

/** A copy as the contract's schemas type it (plain arrays), so that the derived state stays untouchable. */
export const plain = <T>(value: T): Plain<T> => structuredClone(value) as Plain<T>;
