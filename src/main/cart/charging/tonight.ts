/** « Cette nuit » while a cart is put away: who will be ready for when, from ports that are measured, else from habit. */
import { plan, type PlannedPort, type PlanPort } from '../../../domain/cart/plan';
import { planPort } from '../../../domain/cart/plan-port';
import type { TonightView } from '../../../contract/staff/charging';
import type { ClosingPlace } from '../../../domain/cart/closing';
import type { Rest } from '../../../domain/cart/put-away';
import type { Conducted } from './conductor';
import type { ChargingHistory } from './history-service';

/** A place as putting away sees it, and how it was put away the last time somebody said so. */
export type TonightPlace = Pick<ClosingPlace, 'device' | 'number' | 'bay' | 'state' | 'hint'> & {
  readonly rest: Pick<Rest, 'state' | 'since'> | null;
};

export interface TonightAsked {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly places: readonly TonightPlace[];
  /** What this computer measures of the cart; without ports where it measures nothing. */
  readonly measured: Pick<Conducted, 'ports' | 'ask'> & { readonly ceilingW?: number | undefined };
  /** Ports are switched from here: batteries may be spared. */
  readonly conducted: boolean;
  readonly history: Pick<ChargingHistory, 'habit' | 'lastLevel'>;
}

type Device = TonightView['devices'][number];

/** A level said so long before no longer tells how it was put away. Milliseconds. */
const LEVEL_HOLDS = 6 * 3_600_000;
/** Nothing bounds what a plug gives. Watts. */
const ANY_W = 75;

function stateOf({ state, hint, rest }: TonightPlace, port: PlanPort | undefined): Device['state'] {
  if (state === 'missing' || state === 'unplugged') return state;
  if (port?.state === 'fault' || port?.state === 'hot') return port.state;
  if (state === 'plugged') return hint === 'fault' ? 'fault' : 'plugged';
  if (hint === 'portEmpty' || hint === 'awake') return 'unplugged';
  return rest === null || rest.state === 'out' ? 'waiting' : rest.state;
}

export function tonightDevices(asked: TonightAsked): Device[] {
  const { now, measured, history } = asked;
  const ports = new Map(measured.ports.map((port) => [port.bay, port]));
  const made = plan({
    now,
    ports: measured.ports,
    ...measured.ask,
    ...(asked.conducted ? {} : { spare: false }),
    ...(measured.ceilingW === undefined ? {} : { ceilingW: measured.ceilingW }),
  });
  const planned = new Map(made.ports.map((one) => [one.bay, one]));

  /** From habit: it charges since it was put away, as if alone. */
  const byHabit = ({ device, bay, rest }: TonightPlace): PlannedPort | undefined => {
    const since = rest?.state === 'plugged' ? Math.min(now, Date.parse(rest.since)) : now;
    const level = history.lastLevel(device);
    const percent = level && since - level.at < LEVEL_HOLDS ? level.percent : undefined;
    const { bookings, readyBy } = measured.ask;
    return plan({
      now: since,
      bookings,
      readyBy,
      spare: false,
      ports: [
        planPort({ bay, state: 'plugged', on: true }, history.habit(device), { percent }, ANY_W, since),
      ],
    }).ports[0];
  };

  return asked.places
    .filter(({ state }) => state !== 'lent')
    .map((place): Device => {
      const { number, bay, device } = place;
      const port = ports.get(bay);
      const state = stateOf(place, port);
      const basis = history.habit(device).source === 'device' ? ('habit' as const) : ('model' as const);
      if (state !== 'plugged' && state !== 'waiting')
        return { number, bay, state, readyAt: null, latePercent: null, basis };
      const isMeasured = port?.state === 'plugged';
      const one = isMeasured ? planned.get(bay) : byHabit(place);
      const late = one?.words.find((word) => word.code === 'late');
      return {
        number,
        bay,
        state,
        readyAt: one?.fullAt ?? null,
        latePercent: late?.percent ?? null,
        basis: isMeasured ? 'measured' : basis,
      };
    });
}
