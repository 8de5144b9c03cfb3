import type { Id } from '../../../../domain/id';
import { instant } from '../../../../domain/time';
import type { SchoolTablets, TabletOrder } from '../../../android/school-tablets';
import type { TabletScreen } from '../../../android/screen';
import type { Said } from '../../../android/tablets';
import type { Timers } from '../../../cart/timers';
import type { Ability, Command, ConnectorEvents, Outcome } from '../port';
import type { RemoteConnector } from '../remote';
import { h264Chunk } from './chunk';

const ABILITIES: readonly Ability[] = [
  'screen',
  'lock',
  'message',
  'open-page',
  'start-app',
  'stop-app',
  'power',
  'proxy',
  'clean',
];
const NONE: ReadonlySet<Ability> = new Set();
/** A locked screen that somebody lit again is put out again, ms. */
const LOOK_AGAIN = 3_000;
/** Title of a message on a tablet; it has no other sender to show. */
const FROM = 'La classe';

/**
 * Android tablets by adb, on the cable or through the air until they restart (docs/drivers/android.md). A lock is a screen that is put
 * out, and out again when somebody lights it: it ends with this computer, whatever happens to it.
 */
export function createAdb(deps: {
  readonly clock: () => number;
  readonly timers: Timers;
  readonly events: ConnectorEvents;
  readonly tablets: SchoolTablets | undefined;
}): RemoteConnector {
  const { clock, timers, events, tablets } = deps;
  const every: ReadonlySet<Ability> = new Set(ABILITIES);
  const kept = new Set<Id<'device'>>();
  const screens = new Map<Id<'device'>, TabletScreen>();
  const locked = new Map<Id<'device'>, () => void>();
  let attending: (() => void) | undefined;
  let over = false;

  const unsubscribe = tablets?.onMoved((device, here, cause) => {
    if (!kept.has(device)) return;
    if (here) events.here(device);
    else events.gone(device, cause ?? 'unreachable');
  });
  function attend(): void {
    if (kept.size > 0 || screens.size > 0) attending ??= tablets?.attend();
    else {
      attending?.();
      attending = undefined;
    }
  }
  function free(device: Id<'device'>): void {
    locked.get(device)?.();
    locked.delete(device);
  }
  function holdLock(device: Id<'device'>): void {
    free(device);
    const again = (): void => {
      const cancel = timers.after(LOOK_AGAIN, () => {
        void order(device, { do: 'sleep' }).finally(() => locked.get(device) === cancel && again());
      });
      locked.set(device, cancel);
    };
    again();
  }
  const order = (device: Id<'device'>, what: TabletOrder): Promise<Outcome> =>
    tablets ? tablets.perform(device, what).then(outcomeOf) : Promise.resolve(UNABLE);

  async function clean(device: Id<'device'>, since: number): Promise<Outcome> {
    if (!tablets) return UNABLE;
    const found = await tablets.files(device, ['photos', 'films', 'sounds', 'downloads'], since);
    if (found.state !== 'done') return outcomeOf(found);
    return outcomeOf(await tablets.clean(device, found.value, []));
  }
  async function proxy(device: Id<'device'>, at: string | undefined): Promise<Outcome> {
    if (!tablets) return UNABLE;
    const said = await tablets.want(device, at === undefined ? undefined : { proxy: at, asleep: [] });
    if (said.state === 'done' && said.value.proxy === false)
      return { state: 'impossible', why: 'not-allowed' };
    return outcomeOf(said);
  }
  async function perform(device: Id<'device'>, command: Command): Promise<Outcome> {
    switch (command.do) {
      case 'lock': {
        if (!command.on) {
          free(device);
          return order(device, { do: 'wake' });
        }
        const outcome = await order(device, { do: 'sleep' });
        // Lit again before it could say that it was out: it is put out again all the same.
        if (outcome.state !== 'no-answer') holdLock(device);
        return outcome;
      }
      case 'message':
        return order(device, { do: 'message', title: FROM, text: command.text });
      case 'open-page':
        return order(device, { do: 'open-page', url: command.url });
      case 'start-app':
      case 'stop-app':
        return order(device, { do: command.do, app: command.program });
      case 'power':
        free(device);
        return order(device, { do: 'power', how: command.how });
      case 'proxy':
        return proxy(device, command.proxy);
      case 'clean':
        return clean(device, Date.parse(command.since));
      default:
        return UNABLE;
    }
  }

  return {
    kind: 'adb',
    abilities: () => (tablets ? every : NONE),
    keep(device) {
      if (!kept.has(device)) {
        kept.add(device);
        attend();
      }
      if (tablets?.present().includes(device)) events.here(device);
    },
    drop(device) {
      free(device);
      kept.delete(device);
      screens.get(device)?.close();
      screens.delete(device);
      attend();
    },
    perform: (device, command) =>
      over
        ? Promise.resolve({ state: 'no-answer', since: instant(clock()), cause: 'cut' })
        : perform(device, command),
    watch(device, wanted) {
      if (over || !tablets) return;
      let screen = screens.get(device);
      if (!screen) {
        if (wanted.perSecond <= 0) return;
        const began = clock();
        let sequence = 0;
        screen = tablets.screen(device, (picture, size) =>
          events.picture(device, h264Chunk(picture, size, { at: clock() - began, sequence: sequence++ })),
        );
        screens.set(device, screen);
        attend();
      }
      screen.watch(wanted);
      if (wanted.perSecond <= 0) {
        screens.delete(device);
        attend();
      } else if (wanted.key === true) screen.whole();
    },
    close() {
      over = true;
      unsubscribe?.();
      for (const device of [...locked.keys()]) free(device);
      for (const screen of screens.values()) screen.close();
      screens.clear();
      kept.clear();
      attend();
      return Promise.resolve();
    },
  };
}

const UNABLE: Outcome = { state: 'impossible', why: 'not-supported' };
const outcomeOf = (said: Said<unknown>): Outcome => {
  if (said.state === 'done') return { state: 'done' };
  if (said.state === 'impossible') return { state: 'impossible', why: said.why };
  return said;
};
