import { parseComponent, parseLaunchable, parsePackages, parseVersions, type InstalledApp } from './facts';
import { PACKAGE_NAME } from '../../domain/device/apps';
import type { TabletShell } from './tablet-shell';

/** Applications of one tablet, as its own package manager answers. Sources: AOSP PackageManagerShellCommand, ActivityManagerShellCommand. */

/** Android said no; `code` is for the technician, of capitals, digits and underscores. */
export class AppRefused extends Error {
  override readonly name = 'AppRefused';
  constructor(
    readonly why: 'no-such-app' | 'not-allowed' | 'no-page',
    readonly code = '',
  ) {
    super(why);
  }
}

const codeIn = (words: string): string => /[A-Z][A-Z0-9_]{3,63}/.exec(words)?.[0] ?? '';

/** Those somebody installed, with the version they call themselves. */
export async function installedApps(shell: TabletShell): Promise<InstalledApp[]> {
  const names = parsePackages(await shell.run(['pm', 'list', 'packages', '-3']));
  const versions = parseVersions(
    await shell.pipe("dumpsys package packages | grep -E '^  Package \\[|versionName='", 'listMs'),
  );
  return names.sort().map((name) => ({ name, version: versions.get(name) }));
}

/** Those with a picture on the home screen, the system's own too. */
export async function launchableApps(shell: TabletShell): Promise<string[]> {
  const words = ['query-activities', '--brief', '-a', MAIN, '-c', LAUNCHER];
  return parseLaunchable(await shell.run(['cmd', 'package', ...words], 'listMs')).sort();
}
const MAIN = 'android.intent.action.MAIN';
const LAUNCHER = 'android.intent.category.LAUNCHER';
const VIEW = 'android.intent.action.VIEW';

/** The browser that opens a page: the class itself is in it. */
export async function browserOf(shell: TabletShell): Promise<string | undefined> {
  const words = ['resolve-activity', '--brief', '-a', VIEW, '-d', 'https://preau.local/'];
  return parseComponent(await shell.run(['cmd', 'package', ...words]))?.app;
}

/** @throws AppRefused `no-such-app` */
export async function startApp(shell: TabletShell, app: string): Promise<void> {
  demandName(app);
  const words = ['resolve-activity', '--brief', '-a', MAIN, '-c', LAUNCHER, app];
  const found = parseComponent(await shell.run(['cmd', 'package', ...words]));
  if (!found) throw new AppRefused('no-such-app');
  started(await shell.run(['am', 'start', '-n', found.component]), 'no-such-app');
}

/** @throws AppRefused `no-page`: nothing on it opens an address */
export async function openPage(shell: TabletShell, url: string): Promise<void> {
  started(await shell.run(['am', 'start', '-a', VIEW, '-d', url]), 'no-page');
}
function started(output: string, otherwise: AppRefused['why']): void {
  if (/SecurityException|Permission Denial/.test(output)) throw new AppRefused('not-allowed', codeIn(output));
  if (!/^Starting:/m.test(output) || /^Error/m.test(output)) throw new AppRefused(otherwise, codeIn(output));
}

/** Ended at once; what is not running is ended already. */
export async function stopApp(shell: TabletShell, app: string): Promise<void> {
  demandName(app);
  const output = await shell.run(['am', 'force-stop', app]);
  if (/SecurityException|Permission Denial/.test(output)) throw new AppRefused('not-allowed', codeIn(output));
}

/** @throws AppRefused `no-such-app`, or `not-allowed` (a device administrator keeps it) */
export async function removeApp(shell: TabletShell, app: string): Promise<void> {
  demandName(app);
  const output = await shell.run(['pm', 'uninstall', app], 'listMs');
  if (/^Success/m.test(output)) return;
  const missing = /DELETE_FAILED_INTERNAL_ERROR|not installed|Unknown package/i.test(output);
  throw new AppRefused(missing ? 'no-such-app' : 'not-allowed', codeIn(output));
}

/** Its data goes, sessions with them; the application stays. @throws AppRefused */
export async function emptyApp(shell: TabletShell, app: string): Promise<void> {
  demandName(app);
  const output = await shell.run(['pm', 'clear', app], 'listMs');
  if (!/^Success/m.test(output)) throw new AppRefused('not-allowed', codeIn(output));
}

/**
 * Put to sleep (its picture grey, a touch says that the administrator paused it) or woken: `pm suspend`, which a shell may from
 * Android 9 on. @returns whether the tablet says that it is so now
 * @throws AppRefused `no-such-app`
 */
export async function suspendApp(shell: TabletShell, app: string, asleep: boolean): Promise<boolean> {
  demandName(app);
  const output = await shell.run(['pm', asleep ? 'suspend' : 'unsuspend', '--user', '0', app]);
  if (/Unknown package|not installed|NameNotFound/i.test(output)) throw new AppRefused('no-such-app');
  return new RegExp(`suspended state: ${String(asleep)}\\b`).test(output);
}

function demandName(app: string): void {
  if (!PACKAGE_NAME.test(app)) throw new AppRefused('no-such-app');
}
