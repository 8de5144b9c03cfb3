import { reactive } from 'vue';
import type { RemoteRoll, RemoteView } from '../../contract/pupil/remote';
import { PUPIL_PROTOCOL } from '../../contract/pupil';
import { isPreauError, type ErrorParams } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { keepLine, type LineState } from '../pupil/net/keeper';
import { LineLost, type Line } from '../pupil/net/line';
import { doorAddress, openSocket } from '../pupil/net/socket';
import type { Shelf } from '../pupil/state/database';
import { forgetKey, makeKey, prove, readKey, type DeviceKey } from '../pupil/state/device-key';
import { emptyLocker, NOTHING_KEPT, openLocker, somethingKept, type Kept, type Locker } from './locker';
import { errorWords } from './words';

/** `pin`: paired, its code is asked; `open`: in a hand that typed it. */
export type Step = 'arriving' | 'pair' | 'away' | 'pin' | 'open';

export interface RemoteState {
  step: Step;
  line: LineState;
  view: RemoteView | undefined;
  kept: Kept;
  problem: string;
  said: string;
  busy: boolean;
}

export interface Remote {
  readonly state: RemoteState;
  pair(order: { readonly code: string; readonly pin: string; readonly label: string }): Promise<void>;
  unlock(pin: string): Promise<void>;
  unpair(): Promise<void>;
  retry(): void;
  attention(on: boolean): Promise<void>;
  recess(on: boolean): Promise<void>;
  lowerHand(seat: string): Promise<void>;
  /** Those screens on the board, or its end where there are none. */
  project(seats: readonly string[]): Promise<void>;
  /** The list of a class, from the computer where it answers, else as it was last taken. */
  roll(classId: Id<'class'>): Promise<void>;
  /** What was ticked so far, kept in case the page goes. */
  note(roll: RemoteRoll): Promise<void>;
  /** Kept first, delivered next: nothing called is lost between. */
  call(roll: RemoteRoll, complete: boolean): Promise<void>;
}

/** The telephone's own name for its key: the same browser may have been a child's tablet. */
const ownShelf = (shelf: Shelf): Shelf => ({
  get: (store, key) => shelf.get(store, `remote-${key}`),
  all: (store) => shelf.all(store),
  put: (store, key, value) => shelf.put(store, `remote-${key}`, value),
  remove: (store, key) => shelf.remove(store, `remote-${key}`),
});

export function createRemote(shelf: Shelf): Remote {
  const keys = ownShelf(shelf);
  const state = reactive<RemoteState>({
    step: 'arriving',
    line: 'connecting',
    view: undefined,
    kept: NOTHING_KEPT,
    problem: '',
    said: '',
    busy: false,
  });
  let key: DeviceKey | undefined;
  let locker: Locker | undefined;
  /** Typed on this page, and forgotten with it: a line that comes back is opened again without a child's eyes on the digits. */
  let typed: string | undefined;

  const keeper = keepLine({
    open: () => openSocket(doorAddress(location)),
    onState: (line) => (state.line = line),
    onEvent(name) {
      if (name === 'remote.changed') void refresh();
    },
    onUp: arrive,
  });

  addEventListener('online', () => keeper.hurry());
  addEventListener('offline', () => keeper.drop());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') keeper.hurry();
  });

  async function arrive(line: Line): Promise<void> {
    const { challenge } = await line.request('door.hello', {
      protocol: PUPIL_PROTOCOL,
      app: 'telecommande-0.1',
      capabilities: { capture: false, battery: false, touch: true, camera: false, keys: true },
      clock: Date.now(),
    });
    key = await readKey(keys);
    if (!key) return void (state.step = 'pair');
    try {
      const signature = await prove(key, challenge, location.origin);
      await line.request('remote.enter', { keyId: key.keyId, signature });
      if (typed === undefined) return void (state.step = 'pin');
      await line.request('remote.unlock', { pin: typed });
      state.step = 'open';
      await deliver(line);
      state.view = await line.request('remote.view', {});
    } catch (error) {
      if (!isPreauError(error)) throw error;
      await settle(error.code, error.params);
    }
  }
  async function settle(code: string, params: ErrorParams): Promise<void> {
    state.problem = errorWords(code, params);
    if (code === 'REMOTE_CLOSED') state.step = locker ? 'open' : 'away';
    else if (code === 'REMOTE_LOCKED' || code === 'PIN_WRONG') {
      typed = undefined;
      state.step = 'pin';
    } else if (code === 'DEVICE_REVOKED') await forget();
  }
  async function forget(): Promise<void> {
    await forgetKey(keys);
    await emptyLocker(shelf);
    key = locker = typed = undefined;
    state.kept = NOTHING_KEPT;
    state.view = undefined;
    state.step = 'pair';
  }
  async function attempt<T>(act: (line: Line) => Promise<T>): Promise<T | undefined> {
    state.problem = state.said = '';
    state.busy = true;
    try {
      if (!keeper.line) throw new LineLost();
      return await act(keeper.line);
    } catch (error) {
      if (isPreauError(error)) await settle(error.code, error.params);
      else if (error instanceof LineLost) state.problem = errorWords('LINE');
      else throw error;
      return undefined;
    } finally {
      state.busy = false;
    }
  }
  /** Looked at again by itself: what was said of a gesture stays said. One at a time, and once more where more was told. */
  let looking: Promise<void> | undefined;
  let again = false;
  function refresh(): Promise<void> {
    again = looking !== undefined;
    return (looking ??= look().finally(() => (looking = undefined)));
  }
  async function look(): Promise<void> {
    do {
      again = false;
      if (state.step !== 'open' || !keeper.line) return;
      try {
        state.view = await keeper.line.request('remote.view', {});
      } catch (error) {
        if (isPreauError(error)) await settle(error.code, error.params);
        else if (!(error instanceof LineLost)) throw error;
      }
    } while (again);
  }
  async function keep(kept: Kept): Promise<void> {
    await locker?.write(kept);
    state.kept = kept;
  }
  /** One after the other, each taken off once the computer has it; the same twice is the same. */
  async function deliver(line: Line): Promise<void> {
    while (state.kept.waiting[0]) {
      const [{ roll, complete }, ...others] = state.kept.waiting;
      const entries = roll.lines.flatMap(({ pupil, state: said, standing }) =>
        said ? [{ pupil, state: said, replaces: [...standing] }] : [],
      );
      await line.request('remote.writeRoll', { class: roll.class, half: roll.half, entries, complete });
      await keep({ ...state.kept, waiting: others });
      state.said = 'delivered';
    }
  }

  return {
    state,
    async pair({ code, pin, label }) {
      const made = await makeKey(keys);
      const paired = await attempt((line) =>
        line.request('remote.pair', { code, pin, label, publicKey: made.publicKey }),
      );
      if (!paired) return;
      key = await made.keep(paired.keyId);
      typed = pin;
      locker = await openLocker(shelf, pin);
      state.step = 'open';
      await refresh();
    },
    async unlock(pin) {
      if (keeper.line && state.step === 'pin') {
        const opened = await attempt((line) => line.request('remote.unlock', { pin }));
        if (!opened) return;
      } else if (!(await somethingKept(shelf))) {
        state.problem = errorWords('LINE');
        return;
      }
      const next = await openLocker(shelf, pin);
      try {
        state.kept = await next.read();
      } catch {
        // Without a line the code is judged by what it opens.
        if (!keeper.line) return void (state.problem = errorWords('PIN_WRONG'));
        state.kept = NOTHING_KEPT;
      }
      typed = pin;
      locker = next;
      state.step = 'open';
      await attempt(deliver);
      await refresh();
    },
    async unpair() {
      await attempt((line) => line.request('remote.unpair', {}));
      await forget();
    },
    retry() {
      keeper.line?.close();
      keeper.hurry();
    },
    async attention(on) {
      await attempt((line) => line.request('remote.attention', { on }));
      await refresh();
    },
    async recess(on) {
      await attempt((line) => line.request('remote.recess', { on }));
      await refresh();
    },
    async lowerHand(seat) {
      await attempt((line) => line.request('remote.lowerHand', { seat }));
      await refresh();
    },
    async project(seats) {
      await attempt((line) => line.request('remote.project', { seats: [...seats] }));
      await refresh();
    },
    async roll(classId) {
      const roll = await attempt((line) => line.request('remote.roll', { class: classId }));
      if (roll) await keep({ ...state.kept, roll });
    },
    note: (roll) => keep({ ...state.kept, roll }),
    async call(roll, complete) {
      const others = state.kept.waiting.filter(
        ({ roll: one }) =>
          one.class !== roll.class || one.half.date !== roll.half.date || one.half.half !== roll.half.half,
      );
      await keep({
        roll: { ...roll, done: roll.done || complete },
        waiting: [...others, { roll, complete }],
      });
      await attempt(deliver);
      // That it waits is said already, and that nothing is lost.
      if (state.line !== 'up') state.problem = '';
      if (state.kept.waiting.length === 0) {
        const fresh = await attempt((line) => line.request('remote.roll', { class: roll.class }));
        if (fresh) await keep({ ...state.kept, roll: fresh });
      }
    },
  };
}
