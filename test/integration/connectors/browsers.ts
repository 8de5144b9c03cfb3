import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { trust } from '../lan/trusting-chromium';

/** A child's browser as a device: it can be killed and started anew with what it kept, and its page can be made to hang. */
export interface ChildBrowser {
  /** Started (again), with its keys and its trust in the school. */
  start(): Promise<Page>;
  /** Its process is killed, as a computer that loses its current. */
  kill(): Promise<void>;
  /** Every process that shows a page stands still; the browser's own, which holds the line, goes on. */
  freeze(): void;
  thaw(): void;
  /** Programs of it that run. */
  running(): readonly number[];
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
  const running = (type?: string): readonly number[] =>
    processes(profile).flatMap(({ pid, args }) =>
      type === undefined || args.includes(`--type=${type}`) ? [pid] : [],
    );
  const signal = (pids: readonly number[], name: NodeJS.Signals): void => {
    for (const pid of pids)
      try {
        process.kill(pid, name);
      } catch {
        // It ended meanwhile.
      }
  };
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
      signal(running(), 'SIGKILL');
      await closed;
      context = undefined;
    },
    freeze: () => {
      signal(running('renderer'), 'SIGSTOP');
    },
    thaw: () => {
      signal(running('renderer'), 'SIGCONT');
    },
    running,
    async stop() {
      signal(running(), 'SIGCONT');
      await context?.close();
      context = undefined;
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Chromium's programs of one profile. */
function processes(profile: string): { readonly pid: number; readonly args: readonly string[] }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').split(/[\0 ]/);
        return args.includes(`--user-data-dir=${profile}`) ? [{ pid: Number(name), args }] : [];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
}
