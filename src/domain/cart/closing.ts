/**
 * Putting a cart away at the end of a lesson: each place said as it fills, from whatever speaks of it, else by a tap; what
 * is missing or unplugged named at once. It works without any wire.
 */
import { bayState } from './bay';
import type { ChargeReading, ChargeSource } from './evidence';
import type { CartEvidence, PlacedDevice } from './panel';
import type { PutAwayEntry, PutAwayState } from './put-away';

/** What somebody tapped on a device while the cart was put away. */
export type ClosingWord = PutAwayState;

export type ClosingState = 'waiting' | 'lent' | PutAwayState;

/** What is worth a word besides the state. */
export type ClosingHint =
  /** Nothing is in its plug. */
  | 'portEmpty'
  /** It is lit, and runs on its battery. */
  | 'awake'
  /** It charges, while its own place sees nothing: it stands at another. */
  | 'elsewhere'
  /** Its place gives no charge. */
  | 'fault'
  /** What was tapped is not what its plug sees. */
  | 'doubt';

export interface ClosingPlace extends PlacedDevice {
  readonly state: ClosingState;
  /** Who says so; null while nobody does. */
  readonly by: ChargeSource | null;
  readonly hint: ClosingHint | null;
}

/** Sources that see for themselves. What a person said earlier of the charge is no word on the putting away. */
const SEES = (reading: ChargeReading): boolean => reading.source !== 'person' && reading.source !== 'habit';

/** A port that says one of these has a device on its plug. */
const HOLDS: ReadonlySet<string> = new Set(['attached', 'charging', 'full', 'idle', 'fault']);

/**
 * Every device that has its place in the cart, in the order of the places.
 * @param said what was tapped since the putting away began, by device
 * @param now milliseconds since the epoch
 */
export function closingPlaces(
  evidence: Pick<CartEvidence, 'devices' | 'ofBay' | 'ofDevice' | 'lent'>,
  said: ReadonlyMap<string, ClosingWord>,
  now: number,
): ClosingPlace[] {
  return [...evidence.devices]
    .sort((a, b) => a.bay - b.bay)
    .map((placed): ClosingPlace => {
      const own = (evidence.ofDevice.get(placed.device) ?? []).filter(SEES);
      const port = bayState(placed.bay, (evidence.ofBay.get(placed.bay) ?? []).filter(SEES), now);
      const device = bayState(placed.bay, own, now);
      const onBattery = own.some(
        (reading) => reading.value.onBattery === true && !bayState(placed.bay, [reading], now).stale,
      );
      const seen = seenAs(fresh(port.power), fresh(device.power), onBattery, port.portOff);
      const word = said.get(placed.device);
      if (word !== undefined) {
        const doubt = seen.state !== 'waiting' ? seen.state !== word : word === 'plugged' && seen.hint;
        return { ...placed, state: word, by: 'person', hint: doubt ? 'doubt' : null };
      }
      if (seen.state === 'waiting' && evidence.lent?.has(placed.bay))
        return { ...placed, state: 'lent', by: null, hint: null };
      return { ...placed, ...seen };
    });
}

type Seen = Pick<ClosingPlace, 'by' | 'hint'> & { readonly state: 'waiting' | 'plugged' };
interface FreshPower {
  readonly value: string;
  readonly source: ChargeSource;
}
const fresh = (power: (FreshPower & { readonly stale: boolean }) | null): FreshPower | undefined =>
  power && !power.stale ? power : undefined;

function seenAs(
  port: FreshPower | undefined,
  device: FreshPower | undefined,
  onBattery: boolean,
  portOff: boolean,
): Seen {
  if (port && HOLDS.has(port.value))
    return { state: 'plugged', by: port.source, hint: port.value === 'fault' ? 'fault' : null };
  const sees = port?.value === 'empty' && !portOff;
  if (device && HOLDS.has(device.value))
    return { state: 'plugged', by: device.source, hint: sees ? 'elsewhere' : null };
  if (onBattery) return { state: 'waiting', by: null, hint: 'awake' };
  return { state: 'waiting', by: null, hint: sees ? 'portEmpty' : null };
}

export interface ClosingCount {
  readonly expected: number;
  readonly plugged: number;
  /** Numbers written on the devices, in the order of the places. */
  readonly waiting: readonly number[];
  readonly unplugged: readonly number[];
  readonly missing: readonly number[];
}

export function closingCount(places: readonly ClosingPlace[]): ClosingCount {
  const numbers = (state: ClosingState): number[] =>
    places.filter((one) => one.state === state).map((one) => one.number);
  return {
    expected: places.filter((one) => one.state !== 'lent').length,
    plugged: numbers('plugged').length,
    waiting: numbers('waiting'),
    unplugged: numbers('unplugged'),
    missing: numbers('missing'),
  };
}

/**
 * How each device was put back, once somebody says that it is over. `plugged`: « tout est rangé et branché », which what a
 * plug or a device sees still contradicts; `missing`: whatever has not come is not there. Lent devices are not spoken of.
 */
export function closingEntries(
  places: readonly ClosingPlace[],
  rest: 'plugged' | 'missing',
): (PutAwayEntry & { readonly bay: number })[] {
  const stateOf = ({ state, hint }: ClosingPlace): PutAwayState => {
    if (state !== 'waiting') return state === 'lent' ? 'missing' : state;
    // Lit and on its battery: it is in the room.
    if (hint === 'awake') return 'unplugged';
    return hint === 'portEmpty' ? 'missing' : rest;
  };
  return places
    .filter((one) => one.state !== 'lent')
    .map((one) => ({ device: one.device, bay: one.bay, state: stateOf(one) }));
}
