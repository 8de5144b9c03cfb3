import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StaffBridge } from '../../src/contract/bridge';
import { electronPath, launchApp, ON_STAND_IN, processTree, ROOT, type RunningApp } from './harness';

// What a page finds; typed here because these functions run in the window.
declare const window: { preau: StaffBridge; open(url: string): unknown; location: { href: string } } & Record<
  string,
  unknown
>;

const unknownMethod = () => window.preau.request('nothing.here', {});

describe('the application, started', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await launchApp();
  });
  afterAll(() => app.close());

  it('opens one window on the staff interface', async () => {
    // The window says where one is: the page asked for, then the application.
    await expect.poll(() => app.page.title()).toMatch(/(^| – )Préau$/);
    expect(app.electronApp.windows()).toHaveLength(1);
    expect(
      await app.electronApp.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.getURL(),
      ),
    ).toMatch(/^preau:\/\/app\//);
    await app.page.waitForSelector('#app > *');
  });

  it('carries requests to the host and back', async () => {
    expect(await app.page.evaluate(unknownMethod)).toMatchObject({
      ok: false,
      error: { code: 'UNKNOWN_METHOD' },
    });
  });

  it('gives the page the bridge and nothing else', async () => {
    const seen = await app.page.evaluate(() => ({
      bridge: Object.keys(window.preau).sort(),
      frozen: Object.isFrozen(window.preau),
      node: ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter(
        (name) => name in window,
      ),
    }));
    expect(seen).toEqual({ bridge: ['request', 'subscribe'], frozen: true, node: [] });
  });

  it('goes nowhere else and opens no window', async () => {
    // Its own first screen, so that what moves the address afterwards is not the interface itself.
    await app.page.waitForURL((url) => url.hash.length > 2);
    const before = app.page.url();
    await app.page.evaluate(() => {
      window.location.href = 'http://127.0.0.1:9/elsewhere';
    });
    await app.page.evaluate(() => void window.open('http://127.0.0.1:9/popup'));
    // The bridge still answers: the document was not replaced.
    expect(await app.page.evaluate(unknownMethod)).toMatchObject({ ok: false });
    expect(app.page.url()).toBe(before);
    await expect.poll(() => app.electronApp.windows().length).toBe(1);
  });

  it('runs no script that was not built with it', async () => {
    const violations = await app.page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
            once: true,
          });
          const script = document.createElement('script');
          script.textContent = 'window.injected = true';
          document.body.append(script);
        }),
    );
    expect(violations).toBe('script-src-elem');
    expect(await app.page.evaluate(() => 'injected' in window)).toBe(false);
  });

  it('grants a page the camera and the microphone that a teacher presses a button for, and no position', async () => {
    const state = (name: string) =>
      app.page.evaluate(
        async (asked) => (await navigator.permissions.query({ name: asked as PermissionName })).state,
        name,
      );
    expect(await state('camera')).toBe('granted');
    expect(await state('microphone')).toBe('granted');
    expect(await state('geolocation')).toBe('denied');
  });

  it('is one application a data folder: a second start ends by itself', async () => {
    const second = start(app.dataFolder);
    const [code] = (await once(second, 'exit')) as [number | null];
    expect(code).toBe(0);
    expect(await app.page.evaluate(unknownMethod)).toMatchObject({ ok: false });
  });

  it('refuses, on the stand-in, what the stand-in does not offer', async (context) => {
    if (!ON_STAND_IN) context.skip('runs on the Electron stand-in only: Electron offers everything');
    const message = (promise: Promise<unknown>) => promise.then(String, String);
    const { electronApp } = app;
    expect(await message(electronApp.evaluate((electron) => electron.Tray))).toContain(
      'does not offer electron.Tray',
    );
    expect(await message(electronApp.evaluate((electron) => electron.app.dock))).toContain(
      'does not offer app.dock',
    );
    expect(
      await message(electronApp.evaluate((electron) => new electron.BrowserWindow({ kiosk: true }))),
    ).toContain('does not offer BrowserWindow option "kiosk"');
    expect(
      await message(electronApp.evaluate((electron) => electron.app.on('login', () => undefined))),
    ).toContain('does not offer the event "login"');
  });
});

describe('the application, stopped', () => {
  let folder: string;
  let app: RunningApp | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'preau-e2e-'));
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });
  afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

  it('leaves no process, port or lock behind a SIGKILL, and starts again', async () => {
    const killed = await launchApp({ dataFolder: folder });
    expect(await killed.page.evaluate(unknownMethod)).toMatchObject({ ok: false });
    await killed.kill();
    app = await launchApp({ dataFolder: folder });
    expect(await app.page.evaluate(unknownMethod)).toMatchObject({
      ok: false,
      error: { code: 'UNKNOWN_METHOD' },
    });
  });

  it('comes back by itself when only its host dies', async () => {
    app = await launchApp({ dataFolder: folder });
    const { page, electronApp } = app;
    const tree = await processTree(electronApp.process().pid ?? 0);
    const host = tree.find(({ command }) => command.includes('host-entry') || command.includes('preau-host'));
    expect(host).toBeDefined();
    // The window is there before the data is open; a host that dies while it opens them stops the application instead.
    await page.evaluate(unknownMethod);
    const reloaded = page.waitForURL(/reprise=1/);
    process.kill(host?.pid ?? 0, 'SIGKILL');
    await reloaded;
    expect(await page.evaluate(unknownMethod)).toMatchObject({
      ok: false,
      error: { code: 'UNKNOWN_METHOD' },
    });
  });

  it('ends when its window is closed', async () => {
    const running = await launchApp({ dataFolder: folder });
    const tree = await processTree(running.electronApp.process().pid ?? 0);
    const closed = running.electronApp.waitForEvent('close');
    await running.page.close();
    await closed;
    await Promise.all(tree.map((process) => process.gone()));
  });

  it('ends on ctrl-C with everything it started', async () => {
    const running = await launchApp({ dataFolder: folder });
    const main = running.electronApp.process();
    const tree = await processTree(main.pid ?? 0);
    expect(tree.length).toBeGreaterThan(2);
    const closed = running.electronApp.waitForEvent('close');
    main.kill('SIGINT');
    await closed;
    await Promise.all(tree.map((process) => process.gone()));
  });
});

describe('without a display', () => {
  it('prints a link that can be opened again, and stops on ctrl-C', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'preau-e2e-'));
    const main = start(folder, '--loopback');
    try {
      const link = new URL(await lineWith(main, 'http://127.0.0.1:'));
      expect(link.hash).toMatch(/./);
      for (let attempt = 0; attempt < 2; attempt++) {
        const reply = await fetch(`${link.origin}/`);
        expect(reply.status).toBe(200);
        expect(await reply.text()).toContain('<title>Préau</title>');
      }
      const tree = await processTree(main.pid ?? 0);
      main.kill('SIGINT');
      await once(main, 'exit');
      await Promise.all(tree.map((process) => process.gone()));
      await expect(fetch(`${link.origin}/`)).rejects.toThrow();
    } finally {
      main.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  });
});

function start(dataFolder: string, ...args: string[]): ChildProcess {
  return spawn(electronPath(), [ROOT, '--no-demonstration', ...args], {
    env: { ...process.env, PREAU_DATA: dataFolder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** The first address printed that begins so. */
async function lineWith(child: ChildProcess, beginning: string): Promise<string> {
  if (!child.stdout) throw new Error('no output to read');
  for await (const line of createInterface({ input: child.stdout })) {
    const at = line.indexOf(beginning);
    if (at >= 0) return line.slice(at).trim();
  }
  throw new Error(`it ended without printing ${beginning}`);
}
