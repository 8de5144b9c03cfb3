import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { REHEARSAL } from '../walk/network';
import { requireBuild, ROOT } from './environment';
import { processTree } from './processes';

export interface LaunchOptions {
  /** Absent: a new temporary folder, removed by `close`. */
  readonly dataFolder?: string;
  /** The school's network is rehearsed unless `PREAU_LAN` says how: other applications are tested at the same time. */
  readonly env?: Readonly<Record<string, string>>;
  /** Open the demonstration school where the folder holds no school; most tests want an empty application. */
  readonly demonstration?: boolean;
  readonly args?: readonly string[];
}

export interface RunningApp {
  readonly electronApp: ElectronApplication;
  /** The staff window. */
  readonly page: Page;
  readonly dataFolder: string;
  /** Quits as a person does, and waits for the end. */
  close(): Promise<void>;
  /** SIGKILL, as a battery does. Resolves when every process of the application has gone; the folder stays. */
  kill(): Promise<void>;
}

/** A few seconds on a machine that does nothing else. */
const DEMONSTRATION_MS = 90_000;

/** Starts the built application on Electron, or on the stand-in where there is none (see environment.ts). */
export async function launchApp(options: LaunchOptions = {}): Promise<RunningApp> {
  requireBuild();
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'preau-e2e-')));
  const electronApp = await _electron.launch({
    args: [ROOT, ...(options.demonstration ? [] : ['--no-demonstration']), ...(options.args ?? [])],
    env: { ...stringsOf(process.env), PREAU_LAN: REHEARSAL, ...options.env, PREAU_DATA: dataFolder },
    locale: 'fr-FR',
  });
  const main = electronApp.process();
  if (process.env['PREAU_E2E_LOG']) main.stderr?.pipe(process.stderr);
  const page = await electronApp.firstWindow();
  // A window exists before its page does.
  await page.waitForURL((url) => url.pathname === '/index.html');
  // The invented school is written first, which is no part of what a first step waits for.
  if (options.demonstration)
    await page
      .getByRole('navigation', { name: 'Menu' })
      .getByRole('link', { name: 'Classes et élèves', exact: true })
      .waitFor({ timeout: DEMONSTRATION_MS });
  return {
    electronApp,
    page,
    dataFolder,
    async close() {
      await electronApp.close();
      if (!options.dataFolder) await rm(dataFolder, { recursive: true, force: true, maxRetries: 3 });
    },
    async kill() {
      const tree = main.pid === undefined ? [] : await processTree(main.pid);
      const closed = electronApp.waitForEvent('close');
      main.kill('SIGKILL');
      await closed;
      await Promise.all(tree.map((process) => process.gone()));
    },
  };
}

function stringsOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
