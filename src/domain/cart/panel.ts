/** All that the cart panel shows, derived in one go from evidence and facts. */
import { bayState } from './bay';
import { cartForecast } from './forecast';
import { absences, isProbablyReady, probableGroups, restOf } from './put-away';
import { readinessOf, summarise } from './readiness';
import type { BayState } from './bay';
import type { ForWhom } from './container';
import type { ChargeReading } from './evidence';
import type { CartForecast, DeviceForecast, EveningGesture, EveningLine, ForecastDevice } from './forecast';
import type { Absence, CartFact, ProbableGroup, Rest } from './put-away';
import type { Id } from '../id';
import type { DeviceReadiness, ReadinessReason, ReadinessSummary } from './readiness';

/** A device and its place, as the inventory knows it. */
export interface PlacedDevice {
  readonly device: Id<'device'>;
  /** The number written on it: « tablette 7 ». */
  readonly number: number;
  readonly bay: number;
  /** « Tablette 7 », « Ordinateur 3 ». */
  readonly label?: string;
}

/** Lent with its place, until an hour. */
export interface LentPlace {
  readonly to: ForWhom;
  /** UTC ISO instant. */
  readonly until: string;
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
  /** By place. */
  readonly lent?: ReadonlyMap<number, LentPlace>;
  /** When the cart is wanted next, milliseconds since the epoch; absent: now. */
  readonly bell?: number;
  /** What is foreseen for the bell, by who knows how each device charges and lasts; absent: as any device does. */
  readonly forecast?: (devices: readonly ForecastDevice[]) => Pick<CartForecast, 'devices' | 'evening'>;
}

export interface PanelBay extends BayState {
  readonly device: PlacedDevice | null;
  /** Null for a place that no device belongs to. */
  readonly readiness: DeviceReadiness | null;
  readonly foreseen: DeviceForecast | null;
  /** How it was put back the last time somebody said so. */
  readonly rest: Pick<Rest, 'state' | 'since'> | null;
  readonly absence: Absence | null;
  readonly lent: LentPlace | null;
}

/** Those that will not last the lesson, by how long they will: « deux tiendront vingt minutes ». */
export interface ShortGroup {
  /** Rounded down to five; null where nothing says how long. */
  readonly minutes: number | null;
  /** Numbers written on them. */
  readonly numbers: readonly number[];
}

export interface PanelState {
  readonly bays: readonly PanelBay[];
  readonly summary: ReadinessSummary;
  readonly probable: readonly ProbableGroup[];
  readonly short: readonly ShortGroup[];
  /** Of the unknown ones: those that charge, at a level nobody knows; those that are in a lesson or in somebody's hands. */
  readonly charging: number;
  readonly out: number;
  /** Numbers written on those put away without being plugged, and on those whose place does not charge. */
  readonly unplugged: readonly number[];
  readonly faulty: readonly number[];
  /** What to do now, for the next bell. */
  readonly evening: CartForecast['evening'];
}

/** Nobody's plan changes for less. Minutes. */
const MINUTE_STEP = 5;

function shortGroups(bays: readonly PanelBay[]): ShortGroup[] {
  const groups = new Map<number | null, number[]>();
  for (const { device, readiness, foreseen } of bays) {
    if (!device || readiness?.readiness !== 'low') continue;
    const likely = foreseen?.minutesAtBell?.value;
    const minutes = likely === undefined ? null : Math.floor(likely / MINUTE_STEP) * MINUTE_STEP;
    groups.set(minutes, [...(groups.get(minutes) ?? []), device.number]);
  }
  const rank = ({ minutes }: ShortGroup): number => minutes ?? Infinity;
  return [...groups]
    .map(([minutes, numbers]) => ({ minutes, numbers: numbers.sort((a, b) => a - b) }))
    .sort((a, b) => rank(a) - rank(b));
}

/** The gestures, without what speaks and will last; what is not in its place is looked for and not only plugged. */
function eveningOf(evening: CartForecast['evening'], bays: readonly PanelBay[]): EveningLine[] {
  const lines = new Map<EveningGesture, EveningLine['devices'][number][]>();
  for (const { gesture, devices } of evening)
    for (const device of devices) {
      const readiness = bays[device.bay - 1]?.readiness?.readiness;
      if (readiness === 'ready' || readiness === 'probable') continue;
      const wanted = readiness === 'missing' ? 'putBack' : gesture;
      lines.set(wanted, [...(lines.get(wanted) ?? []), device]);
    }
  return [...lines].map(([gesture, devices]) => ({ gesture, devices }));
}

interface FactsRead {
  readonly rest: ReadonlyMap<string, Rest>;
  readonly gone: ReadonlyMap<string, Absence>;
}
const read = new WeakMap<readonly CartFact[], FactsRead>();
/** A year of facts is gone through once for each list of them: a panel is derived again at every word of a hub. */
function readFacts(facts: readonly CartFact[]): FactsRead {
  const before = read.get(facts);
  if (before) return before;
  const found = { rest: restOf(facts), gone: absences(facts) };
  read.set(facts, found);
  return found;
}

/**
 * @param evidence its list of facts is not changed afterwards: another fact comes in another list
 * @param now milliseconds since the epoch
 */
export function panelState(evidence: CartEvidence, now: number): PanelState {
  const { rest, gone } = readFacts(evidence.facts);
  const byBay = new Map(evidence.devices.map((one) => [one.bay, one]));
  const bell = Math.max(now, evidence.bell ?? now);
  const states = Array.from({ length: evidence.bays }, (_, index) => {
    const bay = index + 1;
    const device = byBay.get(bay);
    const ofDevice = device ? evidence.ofDevice.get(device.device) : undefined;
    return bayState(bay, [...(evidence.ofBay.get(bay) ?? []), ...(ofDevice ?? [])], now);
  });
  const expected = states.flatMap((state) => {
    const device = byBay.get(state.bay);
    return device && !evidence.lent?.has(state.bay)
      ? [{ ...device, state, rest: rest.get(device.device) }]
      : [];
  });
  const forecast = evidence.forecast
    ? evidence.forecast(expected)
    : cartForecast({ devices: expected, known: [], bell: new Date(bell).toISOString() }, now);
  const foreseenOf = new Map(forecast.devices.map((one) => [one.device, one]));
  const bays = states.map((state): PanelBay => {
    const device = byBay.get(state.bay);
    if (!device)
      return {
        ...state,
        device: null,
        readiness: null,
        foreseen: null,
        rest: null,
        absence: null,
        lent: null,
      };
    const put = rest.get(device.device);
    const foreseen = foreseenOf.get(device.device);
    const lent = evidence.lent?.get(state.bay) ?? null;
    const readiness = lent
      ? ({ readiness: 'lent', because: 'lent' } as const)
      : readinessOf(state, { rest: put, foreseen, now, bell });
    return {
      ...state,
      device,
      readiness,
      foreseen: foreseen ?? null,
      rest: put ? { state: put.state, since: put.since } : null,
      // Once it is seen again it is not missing, whatever was said of it.
      absence: readiness.readiness === 'missing' ? (gone.get(device.device) ?? null) : null,
      lent,
    };
  });
  const here = bays.filter((one) => one.device !== null);
  /** Of those of which nothing is promised. */
  const because = (reason: ReadinessReason): number[] =>
    here.flatMap(({ device, readiness }) =>
      device && readiness?.readiness === 'unknown' && readiness.because === reason ? [device.number] : [],
    );
  return {
    bays,
    summary: summarise(here.map((one) => one.readiness).filter((one) => one !== null)),
    // A device that something else already speaks for is no longer guessed.
    probable: probableGroups(
      here.flatMap(({ device, readiness, foreseen }) => {
        const put = device && rest.get(device.device);
        return put && readiness?.because === 'putAway'
          ? [{ rest: put, habit: foreseen?.basis === 'habit', later: !isProbablyReady(put, now) }]
          : [];
      }),
    ),
    short: shortGroups(here),
    charging: because('charging').length,
    out: because('out').length,
    unplugged: because('unplugged'),
    faulty: because('fault'),
    evening: eveningOf(forecast.evening, bays),
  };
}
