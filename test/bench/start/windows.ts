import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import type { Rehearsal } from '../../../src/main/school-network';
import { REHEARSAL, type BenchSchool } from './school';

/** Instants in ms since 1970, on this machine's one clock. */
export interface StaffStart {
  readonly begun: number;
  /** The sign-in form takes letters. */
  readonly signIn: number;
  /** Name and password sent. */
  readonly sent: number;
  /** « Ma journée » is painted, its big button can be pressed, and the host answers the next request. */
  readonly usable: number;
}

export interface RunningWindow {
  readonly app: ElectronApplication;
  readonly page: Page;
}

export async function launch(
  args: readonly string[],
  dataFolder: string,
  lan: Rehearsal = REHEARSAL,
): Promise<RunningWindow> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const app = await _electron.launch({
    args: [...args],
    env: { ...env, PREAU_DATA: dataFolder, PREAU_LAN: JSON.stringify(lan) },
    locale: 'fr-FR',
  });
  const page = await app.firstWindow();
  await page.waitForURL((url) => url.pathname === '/index.html', { waitUntil: 'commit' });
  return { app, page };
}

/**
 * What a window costs that shows one button: Electron, or the stand-in, its Chromium, the driver. Nothing of Préau is in
 * it, and nothing of Préau's start is taken off with it.
 */
export async function emptyWindow(temporary: string): Promise<number> {
  const begun = Date.now();
  const { app, page } = await openEmptyWindow(temporary);
  const usable = await page.evaluate(painted, '[data-testid="gesture"]');
  await app.close();
  return usable - begun;
}

export function openEmptyWindow(temporary: string): Promise<RunningWindow> {
  const folder = join(temporary, 'empty-window');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'empty', version: '0.0.0', type: 'module', main: 'main.js' }),
  );
  writeFileSync(
    join(folder, 'main.js'),
    `import { app, BrowserWindow, protocol, session } from 'electron';
app.setPath('userData', process.env.PREAU_DATA);
protocol.registerSchemesAsPrivileged([{ scheme: 'preau', privileges: { standard: true, secure: true } }]);
const html = '<!doctype html><title>empty</title><button data-testid="gesture">ok</button>';
const webPreferences = { partition: 'staff', sandbox: true, contextIsolation: true, nodeIntegration: false };
app.whenReady().then(() => {
  const staff = session.fromPartition('staff');
  staff.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  staff.setPermissionCheckHandler(() => false);
  staff.protocol.handle('preau', () => new Response(html, { headers: { 'content-type': 'text/html' } }));
  return new BrowserWindow({ width: 1366, height: 768, webPreferences }).loadURL('preau://app/index.html');
});
`,
  );
  return launch([folder], join(temporary, 'empty-data'));
}

/** Starts the application on the school and signs in at once, as fast as a hand that needs no time. */
export async function staffWindow(
  appFolder: string,
  school: BenchSchool,
): Promise<RunningWindow & { readonly start: StaffStart }> {
  const begun = Date.now();
  const { app, page } = await launch([appFolder, '--no-demonstration'], school.dataFolder);
  const { login, password } = school;
  const times = await page.evaluate(signInAndWait, { login, password });
  return { app, page, start: { begun, ...times } };
}

/** Resolves when what stands on the page now has been painted. */
export async function twoFrames(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))),
  );
}

/** Runs in the page. @returns when an element is there and its picture was made */
async function painted(selector: string): Promise<number> {
  const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
  while (!document.querySelector(selector)) await frame();
  await frame();
  await frame();
  return performance.timeOrigin + performance.now();
}

/** Runs in the page: no driver between the screens, so that what is measured is the application. */
async function signInAndWait(who: {
  login: string;
  password: string;
}): Promise<{ signIn: number; sent: number; usable: number }> {
  const now = (): number => performance.timeOrigin + performance.now();
  const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
  const type = (field: HTMLInputElement, text: string): void => {
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const until = async <T>(find: () => T | null | undefined): Promise<T> => {
    for (;;) {
      const found = find();
      if (found) return found;
      await frame();
    }
  };
  const secret = await until(() => document.querySelector<HTMLInputElement>('input[type=password]'));
  await frame();
  const signIn = now();
  const name = document.querySelector<HTMLInputElement>('input[autocomplete=username]');
  if (name) type(name, who.login);
  type(secret, who.password);
  const enter = await until(() => document.querySelector<HTMLButtonElement>('button[type=submit]:enabled'));
  enter.click();
  const sent = now();
  await until(() => {
    const failure = document.querySelector('[role=alert]')?.textContent;
    if (failure) throw new Error(`sign-in: ${failure}`);
    return document.querySelector('[data-testid=gesture]:enabled');
  });
  await frame();
  await frame();
  const bridge = (
    window as unknown as { preau: { request(method: string, input: unknown): Promise<{ ok: boolean }> } }
  ).preau;
  const reply = await bridge.request('school.read', {});
  if (!reply.ok) throw new Error('the host did not answer the first request after « Ma journée »');
  return { signIn, sent, usable: now() };
}

/** Five screens one after the other, each until its title stands and the page has come to rest. */
export async function walk(page: Page, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await page.evaluate((to) => (location.hash = `#${to}`), path);
    await page.waitForFunction((to) => location.hash === `#${to}`, path);
    await page.locator('main h1').first().waitFor();
    await page.waitForTimeout(1_000);
  }
}
