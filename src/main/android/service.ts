/**
 * Android tablets plugged into this computer (or reached over Wi-Fi until their next reboot): who is there, and one application
 * on many at once. Nothing here is needed by a lesson (issue 6: no lesson service depends on ADB alone).
 */
import { mkdir, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { InstallRun, StepView, TabletView } from '../../contract/staff/android';
import { PreauError } from '../../domain/errors';
import { opaque, ID_BYTES, type Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant } from '../../domain/time';
import type { Disposable, Platform } from '../capability';
import type { InputOf, ReplyOf } from '../../contract/define';
import type { StaffContract } from '../../contract/staff';
import { usualName } from '../../domain/device/apps';
import { safeFileName } from '../../domain/lesson/work-files';
import { checkApk, MAX_APK_BYTES, type CheckedApk } from './apk';
import { installedApps, removeApp, startApp, stopApp } from './apps';
import type { BatteryReading } from './battery';
import type { AndroidBridge, Tablet } from './bridge';
import { factsFrom, serialKey } from './facts';
import type { AndroidReach } from './open-tablets';
import type { TabletShell } from './tablet-shell';
import type { Said } from './tablets';

/** A file the window has put at the binary door. */
export interface PackageUpload {
  readonly sha256: string;
  readonly size: number;
  readonly name: string;
}

export interface AndroidDeps {
  readonly platform: Platform;
  readonly bridge: AndroidBridge;
  /** Who is in contact, and what is owed to them. */
  readonly reach?: Pick<AndroidReach, 'tablets' | 'wifi'>;
  /** The file store, deciphered. */
  readonly openFile: (sha256: string) => Readable | Promise<Readable>;
  /** Whose serial number it is, in the inventory. */
  readonly bySerial: (actor: Actor, serial: string) => { id: Id<'device'>; label: string } | undefined;
  /** The battery a tablet tells is charge evidence for its cart (DESIGN 6). */
  readonly heardBattery?: (device: Id<'device'>, percent: number, powered: boolean, celsius?: number) => void;
}

export interface AndroidService extends Disposable {
  /** @throws PreauError `ADB_MISSING` */
  tablets(actor: Actor): Promise<TabletView[]>;
  /** @throws PreauError `PACKAGE_WRONG`, `TOO_LARGE` */
  checkPackage(actor: Actor, upload: PackageUpload): Promise<{ name: string; bytes: number }>;
  /** Starts; resolves when the tablets have been told apart and the first waits its turn. */
  install(actor: Actor, upload: PackageUpload, links: readonly string[]): Promise<InstallRun>;
  /** To each tablet's « Téléchargements ». @throws PreauError `TOO_LARGE` */
  sendFile(actor: Actor, upload: PackageUpload, links: readonly string[]): Promise<InstallRun>;
  about(actor: Actor, serial: string): Promise<ReplyOf<StaffContract, 'android.about'>['said']>;
  app(
    actor: Actor,
    order: InputOf<StaffContract, 'android.app'>,
  ): Promise<ReplyOf<StaffContract, 'android.app'>['outcomes']>;
  wifi(actor: Actor): boolean;
  setWifi(actor: Actor, wanted: boolean): Promise<void>;
  runs(actor: Actor): InstallRun[];
  cancel(actor: Actor, run: string): void;
}

/** Identity, storage, battery and every application's version of a slow tablet, ms. */
const ABOUT_DEADLINE = 30_000;
/** Runs kept for a window that opens later; an older one that ended is forgotten. */
const KEPT_RUNS = 10;

/** « Tablette 2 » before « Tablette 10 ». */
const byName = new Intl.Collator('fr', { numeric: true, sensitivity: 'base' });

interface Running {
  readonly view: InstallRun;
  readonly stop: AbortController;
  ended: Promise<void>;
}

export function createAndroidService(deps: AndroidDeps): AndroidService {
  const { platform, bridge } = deps;
  const folder = join(platform.dataFolder, 'android');
  const runs = new Map<string, Running>();
  const newName = () => opaque(platform.random(ID_BYTES));
  const now = () => instant(platform.clock());
  // Packages left there by a poste that was killed.
  const cleaned = rm(folder, { recursive: true, force: true });

  /** The package in plain, once for all tablets: an application is nobody's secret. The caller removes it. */
  async function stage(upload: PackageUpload, isPackage = true): Promise<CheckedApk> {
    if (upload.size > MAX_APK_BYTES) throw new PreauError('TOO_LARGE', { limit: MAX_APK_BYTES });
    await cleaned;
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${newName()}.apk`);
    try {
      await pipeline(await deps.openFile(upload.sha256), createWriteStream(path, { mode: 0o600 }));
      return isPackage ? await checkApk(path) : { path, bytes: upload.size };
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  async function tabletView(actor: Actor, tablet: Tablet): Promise<TabletView> {
    const { link, kind, state, serial, model } = tablet;
    const known = serial === undefined ? undefined : deps.bySerial(actor, serial);
    const battery = state === 'ready' ? await batteryOf(link) : undefined;
    if (known && battery) deps.heardBattery?.(known.id, battery.percent, battery.powered, battery.celsius);
    return {
      link,
      kind,
      state,
      serial,
      model,
      device: known?.id,
      label: known?.label,
      percent: battery?.percent,
    };
  }

  /** A tablet that does not tell its battery is listed all the same. */
  const batteryOf = (link: string): Promise<BatteryReading | undefined> =>
    bridge.battery(link).catch(() => undefined);

  /** Who is there is welcomed by it: what an earlier lesson left on a tablet comes off. */
  const look = (): Promise<readonly Tablet[]> => deps.reach?.tablets.look() ?? bridge.tablets();
  function ask<T>(serial: string, work: (shell: TabletShell) => Promise<T>, ms?: number): Promise<Said<T>> {
    return (
      deps.reach?.tablets.ask(serial, work, ms) ??
      Promise.resolve({ state: 'impossible', why: 'not-supported', code: '' })
    );
  }

  /** Reached through the air before, and by nothing now: only the cable brings them back. */
  function lostInTheAir(actor: Actor, found: readonly Tablet[]): TabletView[] {
    const there = new Set(
      found.flatMap(({ serial, state }) => (serial && state === 'ready' ? [serialKey(serial)] : [])),
    );
    const listed = new Set(found.map(({ link }) => link));
    return (deps.reach?.wifi.all() ?? [])
      .filter(({ serial, address }) => !there.has(serial) && !listed.has(address))
      .map(({ serial, address }) => {
        const known = deps.bySerial(actor, serial);
        const view = { link: address, kind: 'network', state: 'offline', serial, needsCable: true } as const;
        return known ? { ...view, device: known.id, label: known.label } : view;
      });
  }

  async function tablets(actor: Actor): Promise<TabletView[]> {
    demand(actor, 'apps.push');
    const found = await look();
    const views = await Promise.all(oneWayEach(found).map((tablet) => tabletView(actor, tablet)));
    views.push(...lostInTheAir(actor, found));
    const name = ({ label, serial, link }: TabletView) => label ?? serial ?? link;
    return views.sort((a, b) => byName.compare(name(a), name(b)));
  }

  function remember(running: Running): void {
    runs.set(running.view.run, running);
    for (const [run, old] of runs) {
      if (runs.size <= KEPT_RUNS) return;
      if (old.view.finished) runs.delete(run);
    }
  }

  async function carryOut(running: Running, apk: CheckedApk, keepAt?: string): Promise<void> {
    const { view, stop } = running;
    const report = (link: string, step: StepView) => {
      const line = view.tablets.find((each) => each.link === link);
      if (!line) return;
      Object.assign(line, { step, at: now() });
      platform.publish('android.step', { run: view.run, link, step, at: line.at });
    };
    try {
      const links = view.tablets.map((each) => each.link);
      const outcomes = await bridge.install({
        links,
        apk,
        report,
        signal: stop.signal,
        ...(keepAt !== undefined && { keepAt }),
      });
      const done = [...outcomes.values()].filter((outcome) => outcome.step === 'done').length;
      platform.log.info('android.installed', { run: view.run, tablets: links.length, done });
    } catch (error) {
      // The adb server went away under us: every tablet that had no outcome yet has this one.
      platform.log.warn('android.failed', { run: view.run, error: error instanceof Error ? error.name : '' });
      for (const { link, step } of view.tablets) {
        if (step.step === 'waiting') report(link, { step: 'silent', cause: 'unplugged' });
      }
    } finally {
      await rm(apk.path, { force: true });
      view.finished = true;
      platform.publish('android.finished', { run: view.run });
    }
  }

  async function begin(
    actor: Actor,
    upload: PackageUpload,
    links: readonly string[],
    apk: CheckedApk,
    keepAt?: string,
  ): Promise<InstallRun> {
    const known = await tablets(actor).catch(async (error: unknown) => {
      await rm(apk.path, { force: true });
      throw error;
    });
    const label = (link: string) => {
      const tablet = known.find((each) => each.link === link);
      return tablet?.label ?? tablet?.serial ?? link;
    };
    const at = now();
    const view: InstallRun = {
      run: newName(),
      name: upload.name,
      bytes: apk.bytes,
      startedAt: at,
      finished: false,
      tablets: [...new Set(links)].map((link) => ({
        link,
        label: label(link),
        step: { step: 'waiting' },
        at,
      })),
    };
    const running: Running = { view, stop: new AbortController(), ended: Promise.resolve() };
    remember(running);
    running.ended = carryOut(running, apk, keepAt);
    return structuredClone(view);
  }

  return {
    tablets,

    async checkPackage(actor, upload) {
      demand(actor, 'apps.push');
      const apk = await stage(upload);
      await rm(apk.path, { force: true });
      return { name: upload.name, bytes: apk.bytes };
    },

    async install(actor, upload, links) {
      demand(actor, 'apps.push');
      return begin(actor, upload, links, await stage(upload));
    },
    async sendFile(actor, upload, links) {
      demand(actor, 'apps.push');
      const name = nameOnTablet(upload.name);
      return begin(actor, upload, links, await stage(upload, false), `/sdcard/Download/${name}`);
    },
    async about(actor, serial) {
      demand(actor, 'apps.push');
      const said = await ask(
        serial,
        async (shell) => {
          const facts = factsFrom({
            properties: await shell.run(['getprop']),
            battery: await shell.run(['dumpsys', 'battery']),
            storage: await shell.run(['df', '/data']),
          });
          return { facts, apps: await installedApps(shell) };
        },
        ABOUT_DEADLINE,
      );
      if (said.state !== 'done') return shown(said);
      const { maker, model, android, securityPatch, storage, battery } = said.value.facts;
      const apps = said.value.apps.map(({ name, version }) => {
        const usual = usualName(name);
        return { name, ...(usual !== undefined && { usual }), ...(version !== undefined && { version }) };
      });
      return {
        state: 'done',
        about: {
          ...present({ maker, model, android, securityPatch, storage }),
          ...(battery && { battery: present(battery) }),
          apps,
        },
      };
    },
    async app(actor, { serials, do: what, app }) {
      demand(actor, 'apps.push');
      const work = { start: startApp, stop: stopApp, remove: removeApp }[what];
      platform.log.info('android.app', { do: what, tablets: serials.length });
      return Promise.all(
        [...new Set(serials)].map(async (serial) => {
          const said = await ask(serial, (shell) => work(shell, app), ABOUT_DEADLINE);
          return { serial, said: said.state === 'done' ? { state: 'done' } : shown(said) };
        }),
      );
    },
    wifi(actor) {
      demand(actor, 'apps.push');
      return deps.reach?.wifi.wanted ?? false;
    },
    async setWifi(actor, wanted) {
      demand(actor, 'apps.push');
      await deps.reach?.wifi.want(wanted);
    },

    runs(actor) {
      demand(actor, 'apps.push');
      return [...runs.values()].map((running) => structuredClone(running.view)).reverse();
    },

    cancel(actor, run) {
      demand(actor, 'apps.push');
      const running = runs.get(run);
      if (!running) throw new PreauError('NOT_FOUND', { kind: 'run' });
      running.stop.abort();
    },

    async close() {
      for (const running of runs.values()) running.stop.abort();
      await bridge.dispose();
      await Promise.all([...runs.values()].map((running) => running.ended));
      await cleaned;
    },
  };
}

/** As long as a tablet's disk takes, with its ending: without it nothing opens the file. */
function nameOnTablet(name: string): string {
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? '';
  const letters = [...safeFileName(name.slice(0, name.length - ending.length), 'fichier')];
  while (Buffer.byteLength(letters.join('') + ending) > MAX_NAME_BYTES) letters.pop();
  return (
    letters
      .join('')
      .replace(/\p{Cs}$/u, '')
      .trimEnd() + ending
  );
}
/** Of a name on Android's disks (ext4, f2fs NAME_MAX). */
const MAX_NAME_BYTES = 255;

/** A tablet that answers by cable and through the air is one line, by its cable: it is not sent everything twice. */
function oneWayEach(found: readonly Tablet[]): Tablet[] {
  const best = new Map<string, Tablet>();
  for (const tablet of found) {
    if (tablet.state !== 'ready' || tablet.serial === undefined) continue;
    const key = serialKey(tablet.serial);
    if (best.get(key)?.kind !== 'usb') best.set(key, tablet);
  }
  return found.filter((tablet) => {
    const way = tablet.serial === undefined ? undefined : best.get(serialKey(tablet.serial));
    return way === undefined || way === tablet || tablet.state === 'twin';
  });
}

const shown = (said: Exclude<Said<unknown>, { state: 'done' }>) =>
  said.state === 'impossible' ? ({ state: 'impossible', why: said.why } as const) : said;
/** What is not known is absent. */
const present = <T extends object>(facts: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
