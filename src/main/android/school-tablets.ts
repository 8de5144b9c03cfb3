import type { Id } from '../../domain/id';
import type { Timers } from '../cart/timers';
import type { CodedPicture } from './h264';
import {
  AppRefused,
  browserOf,
  emptyApp,
  installedApps,
  launchableApps,
  openPage,
  removeApp,
  startApp,
  stopApp,
} from './apps';
import { factsFrom, type InstalledApp, type TabletFacts } from './facts';
import { fetchFile, listFiles, MAX_FETCHED, removeFiles, type FolderName, type TabletFile } from './files';
import type { Holds, Settled, Wish } from './holds';
import { ANDROID_LIMITS, type AndroidLimits } from './limits';
import { clockAhead, isAsleep, notify, power, sleepScreen, wakeScreen } from './orders';
import { createScreen, type TabletScreen } from './screen';
import type { Said, Tablets, TabletSilence } from './tablets';

/** The school's Android tablets that this computer reaches by adb, as the rest of the house asks them: by device, with one outcome each. */
export interface SchoolTablets {
  /** Looks for tablets while it is held, on a computer that has met one. @returns the end of it */
  attend(): () => void;
  /** Those that answer now and stand in the inventory. */
  present(): Id<'device'>[];
  onMoved(listener: (device: Id<'device'>, here: boolean, cause?: TabletSilence) => void): () => void;
  perform(device: Id<'device'>, order: TabletOrder): Promise<Said>;
  facts(device: Id<'device'>): Promise<Said<TabletFacts>>;
  installed(device: Id<'device'>): Promise<Said<readonly InstalledApp[]>>;
  /** What a child finds on the home screen, and which of them opens pages: the class itself is in it. */
  launchable(
    device: Id<'device'>,
  ): Promise<Said<{ readonly apps: readonly string[]; readonly browser?: string }>>;
  remove(device: Id<'device'>, app: string): Promise<Said>;
  /** What a lesson wants of it, from now on; undefined takes off whatever was set. */
  want(device: Id<'device'>, wish: Wish | undefined): Promise<Said<Settled>>;
  /** Made in these folders since `since` (ms, this computer's clock), latest first. */
  files(device: Id<'device'>, folders: readonly FolderName[], since: number): Promise<Said<FoundFiles>>;
  /** The bytes of one of them from `offset` on. @returns what came of it once all of it was taken */
  fetch(
    device: Id<'device'>,
    file: TabletFile,
    offset: number,
    take: (bytes: Buffer) => Promise<void>,
  ): Promise<Said>;
  /** All that was found is removed, and the data of `browsers` with it; « not-allowed » where something of it stays. */
  clean(device: Id<'device'>, found: FoundFiles, browsers: readonly string[]): Promise<Said>;
  screen(device: Id<'device'>, picture: (picture: CodedPicture, size: Size) => void): TabletScreen;
}
export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface FoundFiles {
  readonly files: readonly TabletFile[];
  /** Larger than is fetched; removed with the others. */
  readonly tooLarge: readonly TabletFile[];
  readonly leftOut: number;
}
export type TabletOrder =
  | { readonly do: 'sleep' | 'wake' }
  | { readonly do: 'message'; readonly title: string; readonly text: string }
  | { readonly do: 'open-page'; readonly url: string }
  | { readonly do: 'start-app' | 'stop-app'; readonly app: string }
  | { readonly do: 'power'; readonly how: 'off' | 'reboot' };

/** A settling with fifty applications; each of its questions has its own, shorter deadline. ms */
const SETTLE_DEADLINE = 60_000;
const LIST_DEADLINE = 30_000;
/** A photograph through the air. ms */
const FETCH_DEADLINE = 300_000;

export function createSchoolTablets(deps: {
  readonly tablets: Tablets;
  readonly holds: Holds;
  readonly timers: Timers;
  readonly serialOf: (device: Id<'device'>) => string | undefined;
  readonly deviceOf: (serial: string) => Id<'device'> | undefined;
  readonly limits?: AndroidLimits;
}): SchoolTablets {
  const { tablets, holds, timers, serialOf, deviceOf, limits = ANDROID_LIMITS } = deps;
  const unknown = { state: 'impossible', why: 'not-supported', code: '' } as const;
  function ask<T>(
    device: Id<'device'>,
    work: Parameters<typeof tablets.ask<T>>[1],
    ms?: number,
  ): Promise<Said<T>> {
    const serial = serialOf(device);
    return serial === undefined ? Promise.resolve(unknown) : tablets.ask(serial, work, ms);
  }
  const asked = (device: Id<'device'>, work: Parameters<typeof tablets.ask<void>>[1], ms?: number) =>
    ask<undefined>(
      device,
      async (shell) => {
        await work(shell);
        return undefined;
      },
      ms,
    );

  return {
    attend: () => (tablets.met ? tablets.attend() : () => undefined),
    present: () => tablets.present().flatMap((serial) => deviceOf(serial) ?? []),
    onMoved: (listener) =>
      tablets.onMoved((serial, here, cause) => {
        const device = deviceOf(serial);
        if (device) listener(device, here, cause);
      }),
    perform: (device, order) =>
      asked(device, async (shell) => {
        switch (order.do) {
          case 'sleep':
            if (!(await sleepScreen(shell)) && !(await isAsleep(shell))) throw new AppRefused('not-allowed');
            return;
          case 'wake':
            await wakeScreen(shell);
            return;
          case 'message':
            return notify(shell, order.title, order.text);
          case 'open-page':
            return openPage(shell, order.url);
          case 'start-app':
            return startApp(shell, order.app);
          case 'stop-app':
            return stopApp(shell, order.app);
          case 'power':
            return power(shell, order.how);
        }
      }),
    facts: (device) =>
      ask(device, async (shell) =>
        factsFrom({
          properties: await shell.run(['getprop']),
          battery: await shell.run(['dumpsys', 'battery']),
          storage: await shell.run(['df', '/data']),
        }),
      ),
    installed: (device) => ask(device, installedApps, LIST_DEADLINE),
    launchable: (device) =>
      ask(
        device,
        async (shell) => {
          const browser = await browserOf(shell);
          return { apps: await launchableApps(shell), ...(browser !== undefined && { browser }) };
        },
        LIST_DEADLINE,
      ),
    remove: (device, app) => asked(device, (shell) => removeApp(shell, app), LIST_DEADLINE),
    async want(device, wish) {
      const serial = serialOf(device);
      if (serial === undefined) return unknown;
      holds.want(serial, wish);
      return tablets.ask(serial, (shell) => holds.settle(serial, shell), SETTLE_DEADLINE);
    },
    files: (device, folders, since) =>
      ask(
        device,
        async (shell) => {
          const from = since / 1000 + (await clockAhead(shell, timers.now()));
          const { files, leftOut } = await listFiles(shell, folders, limits, from);
          const recent = files.filter(({ size }) => size > 0);
          const kept = recent.filter(({ size }) => size <= MAX_FETCHED);
          return { files: kept, tooLarge: recent.filter(({ size }) => size > MAX_FETCHED), leftOut };
        },
        LIST_DEADLINE,
      ),
    fetch: (device, file, offset, take) =>
      asked(
        device,
        async (shell) => {
          for await (const bytes of fetchFile(shell, file, offset, limits)) await take(bytes);
        },
        FETCH_DEADLINE,
      ),
    clean: (device, { files, tooLarge, leftOut }, browsers) =>
      asked(
        device,
        async (shell) => {
          await removeFiles(shell, [...files, ...tooLarge]);
          for (const browser of browsers) await emptyApp(shell, browser);
          if (leftOut > 0) throw new AppRefused('not-allowed');
        },
        SETTLE_DEADLINE,
      ),
    screen: (device, picture) =>
      createScreen({
        timers,
        picture,
        shell: async (signal) => {
          const serial = serialOf(device);
          return serial === undefined ? undefined : tablets.shell(serial, signal);
        },
      }),
  };
}
