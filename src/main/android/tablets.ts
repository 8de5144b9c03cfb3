import type { Instant } from '../../domain/time';
import { instant } from '../../domain/time';
import type { Timers } from '../cart/timers';
import type { Logger } from '../capability';
import { AppRefused } from './apps';
import type { BatteryReading } from './battery';
import type { AndroidBridge, Tablet } from './bridge';
import type { TabletState } from './device-list';
import { serialKey } from './facts';
import type { Holds } from './holds';
import { turns } from './install-many';
import { Unanswered, within } from './limits';
import { SyncEnded, SyncRefused } from './push';
import type { TabletShell } from './tablet-shell';
import type { WifiBook } from './wifi';

/** Why a tablet does not answer; each with one gesture. */
export type TabletSilence =
  /** Nothing of it is heard: cable, sleep, another network. */
  | 'unreachable'
  | 'hanging'
  | 'cut'
  | 'unauthorised'
  | 'no-permission'
  | 'maintenance'
  /** It started anew and left the Wi-Fi way: a minute on the cable brings it back. */
  | 'needs-cable'
  /** Another one that is there says the same serial number. */
  | 'twin';
export type TabletWhy = AppRefused['why'] | 'not-supported' | 'broken' | 'too-large';

/** What became of something asked of one tablet. */
export type Said<T = undefined> =
  | { readonly state: 'done'; readonly value: T }
  | { readonly state: 'impossible'; readonly why: TabletWhy; readonly code: string }
  | { readonly state: 'no-answer'; readonly since: Instant; readonly cause: TabletSilence };

/** Android tablets by their serial number (`serialKey` of it), over whichever way reaches them. */
export interface Tablets {
  /** Looks again and again while it is held. @returns the end of it */
  attend(): () => void;
  /** This computer has met a tablet, some day. */
  readonly met: boolean;
  /** As seen at the last look. */
  here(serial: string): boolean;
  /** Serial numbers that answered at the last look. */
  present(): string[];
  /** Looks now. @throws PreauError `ADB_MISSING` */
  look(): Promise<readonly Tablet[]>;
  onMoved(listener: (serial: string, here: boolean, cause?: TabletSilence) => void): () => void;
  /** Runs on that tablet within `ms`; never throws, never hangs. A bounded number at a time. */
  ask<T>(serial: string, work: (shell: TabletShell) => Promise<T>, ms?: number): Promise<Said<T>>;
  /** Out of turn and without an end of its own: a screen. @throws what the bridge throws */
  shell(serial: string, signal: AbortSignal): Promise<TabletShell | undefined>;
  close(): void;
}

/** Between two looks, ms: a tablet that was plugged in is there before one has found the button. */
const LOOK_EVERY = 2_000;
/** After a look that failed (no adb, no server), ms. */
const LOOK_AGAIN = 30_000;
/** A battery moves slowly, ms. */
const BATTERY_EVERY = 300_000;
/** Commands on their way at once: a cart's hub answers fifteen questions as fast eight by eight. */
const IN_FLIGHT = 8;
/** A command with all its questions, ms. */
export const ASK_DEADLINE = 6_000;

const SILENCE: Readonly<Record<Exclude<TabletState, 'ready'>, TabletSilence>> = {
  unauthorised: 'unauthorised',
  offline: 'hanging',
  noPermission: 'no-permission',
  maintenance: 'maintenance',
  connecting: 'hanging',
  twin: 'twin',
};

export function createTablets(deps: {
  readonly bridge: AndroidBridge;
  readonly timers: Timers;
  readonly log: Logger;
  readonly holds?: Holds;
  readonly wifi?: WifiBook;
  readonly met?: { readonly ever: boolean; now(): void };
  /** What a tablet that is here says of its battery, at each contact and now and then. */
  readonly heardBattery?: (serial: string, battery: BatteryReading) => void;
}): Tablets {
  const { bridge, timers, log, holds, wifi, met, heardBattery } = deps;
  const listeners = new Set<(serial: string, here: boolean, cause?: TabletSilence) => void>();
  const turn = turns(IN_FLIGHT);
  let held = 0;
  let over = false;
  let cancel: (() => void) | undefined;
  let looking: Promise<readonly Tablet[]> | undefined;
  let last: readonly Tablet[] = [];
  /** Since when each is not heard, and the connections that were welcomed. */
  const silentSince = new Map<string, Instant>();
  const welcomed = new Map<string, string>();

  /** A cable before the air: it is faster, and it stays when the tablet restarts. */
  function wayTo(serial: string): Tablet | undefined {
    const ways = last.filter((one) => one.serial !== undefined && serialKey(one.serial) === serial);
    const ready = ways.filter(({ state }) => state === 'ready');
    return ready.find(({ kind }) => kind === 'usb') ?? ready[0] ?? ways[0];
  }
  function silenceOf(serial: string): TabletSilence {
    const way = wayTo(serial);
    if (way && way.state !== 'ready') return SILENCE[way.state];
    return wifi?.knows(serial) ? 'needs-cable' : 'unreachable';
  }

  const askedBattery = new Map<string, number>();
  async function hearBattery(serial: string, link: string): Promise<void> {
    if (!heardBattery || timers.now() - (askedBattery.get(serial) ?? -Infinity) < BATTERY_EVERY) return;
    askedBattery.set(serial, timers.now());
    const battery = await bridge.battery(link);
    if (battery) heardBattery(serial, battery);
  }
  async function welcome(tablet: Tablet & { serial: string }): Promise<void> {
    met?.now();
    const shell = await bridge.shell(tablet.link);
    await holds?.contacted(tablet.serial, shell);
    await hearBattery(tablet.serial, tablet.link);
    if (tablet.kind === 'usb') await wifi?.arm(tablet.serial, shell);
  }
  function compare(before: readonly Tablet[]): void {
    const there = (list: readonly Tablet[]): Set<string> =>
      new Set(list.flatMap(({ state, serial }) => (state === 'ready' && serial ? [serialKey(serial)] : [])));
    const [was, is] = [there(before), there(last)];
    for (const serial of is) {
      silentSince.delete(serial);
      if (!was.has(serial)) for (const tell of listeners) tell(serial, true);
    }
    for (const serial of was) {
      if (is.has(serial)) continue;
      silentSince.set(serial, instant(timers.now()));
      for (const tell of listeners) tell(serial, false, silenceOf(serial));
    }
    for (const link of welcomed.keys())
      if (!last.some((one) => one.link === link && one.state === 'ready')) welcomed.delete(link);
    for (const tablet of last) {
      const { serial, link, connection, state } = tablet;
      if (state !== 'ready' || serial === undefined) continue;
      if (welcomed.get(link) === connection) {
        // It says the word at the next look where it could not now.
        holds?.stillHere(serialKey(serial), () => bridge.shell(link)).catch(() => undefined);
        hearBattery(serialKey(serial), link).catch(() => undefined);
        continue;
      }
      welcomed.set(link, connection);
      welcome({ ...tablet, serial: serialKey(serial) }).catch((error: unknown) => {
        // It left again: the next time it comes it is welcomed anew.
        welcomed.delete(link);
        log.warn('android.welcome', { error: error instanceof Error ? error.name : '' });
      });
    }
  }
  function look(): Promise<readonly Tablet[]> {
    looking ??= bridge
      .tablets()
      .then((found) => {
        const before = last;
        last = found;
        if (!over) compare(before);
        if (held > 0) wifi?.reach(bridge, found);
        return found;
      })
      .finally(() => {
        looking = undefined;
      });
    return looking;
  }
  function again(): void {
    cancel?.();
    cancel = undefined;
    if (held === 0 || over) return;
    look()
      .then(
        () => LOOK_EVERY,
        (error: unknown) => {
          const before = last;
          last = [];
          compare(before);
          log.warn('android.look', { error: error instanceof Error ? error.name : '' });
          return LOOK_AGAIN;
        },
      )
      .then((wait) => {
        if (held > 0 && !over) cancel = timers.after(wait, again);
      })
      .catch(() => undefined);
  }
  const noAnswer = (serial: string, cause: TabletSilence): Said<never> => {
    const since = silentSince.get(serial) ?? instant(timers.now());
    silentSince.set(serial, since);
    return { state: 'no-answer', since, cause };
  };
  function explain(serial: string, error: unknown): Said<never> {
    if (error instanceof AppRefused) return { state: 'impossible', why: error.why, code: error.code };
    if (error instanceof SyncRefused || error instanceof RangeError)
      return { state: 'impossible', why: 'broken', code: '' };
    const words = error instanceof Error ? error.message : '';
    if (error instanceof Unanswered || /abort|timeout|timed out/i.test(words))
      return noAnswer(serial, 'hanging');
    if (/unauthorized|authorizing/i.test(words)) return noAnswer(serial, 'unauthorised');
    if (/offline|connecting/i.test(words)) return noAnswer(serial, 'hanging');
    if (error instanceof SyncEnded) return noAnswer(serial, 'cut');
    return noAnswer(serial, silenceOf(serial) === 'needs-cable' ? 'needs-cable' : 'unreachable');
  }

  return {
    attend() {
      held += 1;
      if (held === 1) again();
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        held -= 1;
        if (held === 0) cancel?.();
      };
    },
    get met() {
      return met?.ever ?? true;
    },
    here: (serial) => wayTo(serialKey(serial))?.state === 'ready',
    present: () => [
      ...new Set(
        last.flatMap(({ state, serial }) => (state === 'ready' && serial ? [serialKey(serial)] : [])),
      ),
    ],
    look,
    onMoved(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async ask(number, work, ms = ASK_DEADLINE) {
      const serial = serialKey(number);
      if (over) return noAnswer(serial, 'cut');
      const stop = AbortSignal.timeout(ms);
      try {
        if (wayTo(serial)?.state !== 'ready') await look();
        const way = wayTo(serial);
        if (way?.state !== 'ready') return noAnswer(serial, silenceOf(serial));
        const end = await turn();
        try {
          stop.throwIfAborted();
          const value = await within(work(await bridge.shell(way.link, stop)), 'listMs', ms, stop);
          silentSince.delete(serial);
          return { state: 'done', value };
        } finally {
          end();
        }
      } catch (error) {
        // What it was about to say was cut short by the end of the wait.
        if (stop.aborted) return noAnswer(serial, 'hanging');
        return explain(serial, error);
      }
    },
    async shell(serial, signal) {
      const way = wayTo(serialKey(serial));
      return way?.state === 'ready' ? bridge.shell(way.link, signal) : undefined;
    },
    close() {
      over = true;
      cancel?.();
      listeners.clear();
    },
  };
}
