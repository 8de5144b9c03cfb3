/** The cart's power, put together with the ways to its devices. */
import type { Id } from '../../../domain/id';
import type { SchoolTablets } from '../../android/school-tablets';
import type { Command, Outcome, StationBook } from '../../classroom/connectors/port';
import type { Timers } from '../timers';
import { powerRoutes } from './routes';
import { createCartPower } from './service';
import type { PowerDeps, PowerMeans } from './types';

export interface PowerWays {
  readonly stations: Pick<StationBook, 'list'>;
  /** A gesture on a computer, in a lesson or not. */
  readonly outside: (device: Id<'device'>, command: Command) => Promise<Outcome>;
  readonly tablets: Pick<SchoolTablets, 'present' | 'perform' | 'attend' | 'onMoved'>;
}

/** What a tablet may be asked by adb. */
const ON_TABLET = {
  wake: { do: 'wake' },
  sleep: { do: 'sleep' },
  off: { do: 'power', how: 'off' },
  restart: { do: 'power', how: 'reboot' },
} as const;
const ON_COMPUTER = {
  wake: { do: 'wake' },
  off: { do: 'power', how: 'off' },
  restart: { do: 'power', how: 'reboot' },
} as const;

/** How long tablets are looked for after somebody looked. ms */
const ATTEND_MS = 60_000;

export function powerMeans(
  { stations, outside, tablets }: PowerWays,
  timers: Timers,
  moved: (device: Id<'device'>) => void,
): PowerMeans {
  let rest: (() => void) | undefined;
  let cancel: () => void = () => undefined;
  const unsubscribe = tablets.onMoved((device) => moved(device));
  const computer = (device: Id<'device'>) => stations.list().find(({ id }) => id === device);
  return {
    attend() {
      rest ??= tablets.attend();
      cancel();
      cancel = timers.after(ATTEND_MS, () => {
        rest?.();
        rest = undefined;
      });
    },
    close() {
      cancel();
      unsubscribe();
      rest?.();
    },
    reach(device) {
      const found = computer(device);
      if (found) return { by: found.reach.by, wakes: found.reach.mac !== undefined };
      return tablets.present().includes(device) ? { by: 'adb', wakes: false } : undefined;
    },
    async perform(device, order) {
      if (computer(device))
        return order === 'sleep'
          ? { state: 'impossible', why: 'not-supported' }
          : outside(device, ON_COMPUTER[order]);
      const said = await tablets.perform(device, ON_TABLET[order]);
      if (said.state === 'done') return { state: 'done' };
      return said.state === 'impossible'
        ? { state: 'impossible', why: said.why }
        : { state: 'no-answer', since: said.since, cause: said.cause };
    },
  };
}

export function openPower({
  ways,
  cartOf,
  ...deps
}: Omit<PowerDeps, 'means'> & {
  readonly ways: PowerWays;
  readonly cartOf: (device: Id<'device'>) => Id<'cart'> | undefined;
}) {
  const means = powerMeans(ways, deps.timers, (device) => {
    const cart = cartOf(device);
    if (cart) deps.platform.publish('power.changed', { cart });
  });
  const service = createCartPower({ ...deps, means });
  return { service, handlers: { power: powerRoutes(service) } };
}
