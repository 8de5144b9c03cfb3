import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { trust } from '../lan/trusting-chromium';
import { chromiumProcesses, type ChromiumProcesses } from './chromium-processes';

/** A child's browser as a device: it can be killed and started anew with what it kept, and its page can be made to hang. */
export interface ChildBrowser extends Omit<ChromiumProcesses, 'killAll'> {
  /** Started (again), with its keys and its trust in the school. */
  start(): Promise<Page>;
  /** Its process is killed, as a computer that loses its current. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** A screen to share that asks nobody: Chromium's own test picture. */
const SHARES = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

export function childBrowser(rootPem: string): ChildBrowser {
  const home = mkdtempSync(join(tmpdir(), 'preau-child-'));
  const profile = join(home, 'profile');
  mkdirSync(profile);
  trust(home, rootPem);
  let context: BrowserContext | undefined;
  const processes = chromiumProcesses(profile);
  return {
    async start() {
      context = await chromium.launchPersistentContext(profile, {
        executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
        args: ['--no-sandbox', ...SHARES],
        env: { ...process.env, HOME: home, XDG_DATA_HOME: join(home, '.local', 'share') },
        viewport: { width: 640, height: 480 },
        locale: 'fr-FR',
      });
      const page = context.pages()[0] ?? (await context.newPage());
      page.setDefaultTimeout(30_000);
      return page;
    },
    async kill() {
      const closed = context?.waitForEvent('close');
      processes.killAll();
      await closed;
      context = undefined;
    },
    freeze: processes.freeze,
    thaw: processes.thaw,
    running: processes.running,
    async stop() {
      processes.thaw();
      await context?.close();
      context = undefined;
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
