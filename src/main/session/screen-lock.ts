import type { Id } from '../../domain/id';
import type { Clock } from '../../domain/time';
import type { Disposable } from '../capability';
import type { Timers } from '../cart/timers';

/** Why a screen is hidden: nobody touched it, its person asked, the computer went to sleep. */
export type LockReason = 'idle' | 'asked' | 'asleep';

/**
 * Which staff windows are locked (SDET SOC-SEC-IAU 05). The host refuses a locked window (gate.ts), so that a page
 * somebody changed cannot go on; keys stay in memory, the lesson goes on writing.
 */
export interface ScreenLock extends Disposable {
  /** From now on this window is watched. A person without a password is never locked out: nobody could reopen. */
  watch(connection: string, person: Id<'staff'>, minutes: number): void;
  forget(connection: string): void;
  /** A gesture of the person; a locked window stays locked. */
  active(connection: string): void;
  /** Locks every window of that person at this place. @returns the windows that are locked now and were not */
  lock(connection: string, why: LockReason): readonly string[];
  /** Every window of this computer. */
  lockAll(why: LockReason): readonly string[];
  /** The same windows that `lock` locked. @returns them */
  unlock(connection: string): readonly string[];
  /** Looks at the clock first: a timer that came late lets nothing through. */
  reasonOf(connection: string): LockReason | undefined;
  minutesOf(connection: string): number | undefined;
}

interface Watched {
  readonly person: Id<'staff'>;
  readonly minutes: number;
  locked: LockReason | undefined;
  last: number;
}

/** Windows of this computer are one place; a phone on the network is its own. */
const placeOf = (connection: string): string => (connection.startsWith('lan-') ? connection : 'here');

export function createScreenLock(deps: {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Windows that have just been locked by the clock. */
  readonly onLocked: (connections: readonly string[]) => void;
}): ScreenLock {
  const windows = new Map<string, Watched>();
  let cancel: (() => void) | undefined;

  const together = (connection: string): [string, Watched][] => {
    const one = windows.get(connection);
    if (!one) return [];
    return [...windows].filter(
      ([other, { person }]) => person === one.person && placeOf(other) === placeOf(connection),
    );
  };
  function hide(found: Iterable<[string, Watched]>, why: LockReason): string[] {
    const moved: string[] = [];
    for (const [connection, window] of found) {
      if (window.locked) continue;
      window.locked = why;
      moved.push(connection);
    }
    return moved;
  }
  const left = ({ last, minutes }: Watched): number => last + minutes * 60_000 - deps.clock();

  /** Locks what is due. A clock that was set back begins the wait again, it does not lengthen it. */
  function due(): string[] {
    const now = deps.clock();
    const moved: string[] = [];
    for (const [connection, window] of windows) {
      if (window.last > now) window.last = now;
      // Somebody at one window of theirs is at none of the others, but is there.
      const latest = Math.max(...together(connection).map(([, { last }]) => last));
      if (!window.locked && left({ ...window, last: latest }) <= 0)
        moved.push(...hide(together(connection), 'idle'));
    }
    return moved;
  }
  function arm(): void {
    cancel?.();
    cancel = undefined;
    const open = [...windows.values()].filter(({ locked }) => !locked);
    if (open.length === 0) return;
    const next = Math.max(Math.min(...open.map(left)), 1_000);
    cancel = deps.timers.after(next, () => {
      const moved = due();
      arm();
      if (moved.length > 0) deps.onLocked(moved);
    });
  }

  return {
    watch(connection, person, minutes) {
      const before = windows.get(connection);
      const same = before?.person === person ? before : undefined;
      windows.set(connection, {
        person,
        minutes,
        locked: same?.locked,
        last: same?.last ?? deps.clock(),
      });
      arm();
    },
    forget(connection) {
      windows.delete(connection);
      arm();
    },
    active(connection) {
      const window = windows.get(connection);
      const moved = due();
      if (moved.length > 0) deps.onLocked(moved);
      if (window && !window.locked) window.last = deps.clock();
    },
    lock: (connection, why) => hide(together(connection), why),
    lockAll: (why) =>
      hide(
        [...windows].filter(([connection]) => placeOf(connection) === 'here'),
        why,
      ),
    unlock(connection) {
      const found = together(connection).filter(([, { locked }]) => locked);
      for (const [, window] of found) {
        window.locked = undefined;
        window.last = deps.clock();
      }
      arm();
      return found.map(([name]) => name);
    },
    reasonOf(connection) {
      const moved = due();
      if (moved.length > 0) deps.onLocked(moved);
      return windows.get(connection)?.locked;
    },
    minutesOf: (connection) => windows.get(connection)?.minutes,
    close() {
      cancel?.();
      windows.clear();
      return Promise.resolve();
    },
  };
}
