import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';

const run = promisify(execFile);
export const firefoxIsHere = ['firefox-esr', 'certutil'].every((program) =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program))),
);

/** A real Firefox, as it comes from Debian: driven by its own WebDriver BiDi (Playwright drives only a Firefox of its own). */
export interface Firefox {
  goto(url: string): Promise<void>;
  /** Text of an expression, evaluated in the page; promises are awaited. */
  evaluate(expression: string): Promise<string>;
  /** Until the expression is true in the page. @throws Error after 30 s, with what the page shows */
  until(expression: string): Promise<void>;
  /** A real click in the middle of the element. */
  click(selector: string): Promise<void>;
  /** A real line with the pointer held down, in CSS pixels of the window. */
  draw(points: readonly (readonly [number, number])[]): Promise<void>;
  type(text: string): Promise<void>;
  close(): Promise<void>;
}

/** @param authority the school's root, PEM, put into the profile's own store as an adult does; warnings are never passed over */
export async function launchFirefox(authority: string): Promise<Firefox> {
  const home = await mkdtemp(join(tmpdir(), 'preau-firefox-'));
  const profile = join(home, 'profile');
  await mkdir(profile);
  const pem = join(home, 'authority.pem');
  await writeFile(pem, authority);
  await run('certutil', ['-N', '--empty-password', '-d', `sql:${profile}`]);
  await run('certutil', ['-A', '-d', `sql:${profile}`, '-n', 'school', '-t', 'C,,', '-i', pem]);
  await writeFile(join(profile, 'user.js'), PREFERENCES);
  const child = spawn(
    'firefox-esr',
    ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'],
    {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, HOME: home, MOZ_HEADLESS_WIDTH: '1280', MOZ_HEADLESS_HEIGHT: '900' },
    },
  );
  const end = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const wire = await openWire(`${await addressOf(child.stderr)}/session`);
    await wire.send('session.new', { capabilities: {} });
    const tree = await wire.send('browsingContext.getTree', {});
    const context = (tree['contexts'] as { context: string }[])[0]?.context ?? '';
    return firefoxOn(wire, context, end);
  } catch (error) {
    await end();
    throw error;
  }
}

/** Nothing that would ask the network, or stand in front of the page. */
const PREFERENCES = [
  ['browser.shell.checkDefaultBrowser', false],
  ['browser.startup.homepage_override.mstone', 'ignore'],
  ['datareporting.policy.dataSubmissionEnabled', false],
  ['app.normandy.enabled', false],
  ['network.captive-portal-service.enabled', false],
  ['network.connectivity-service.enabled', false],
  ['browser.safebrowsing.downloads.remote.enabled', false],
  ['services.settings.server', 'data:,none'],
  ['intl.accept_languages', 'fr-FR, fr'],
  ['network.proxy.type', 0],
]
  .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`)
  .join('\n');

async function addressOf(stderr: NodeJS.ReadableStream): Promise<string> {
  let said = '';
  for await (const part of stderr) {
    said += String(part);
    const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1];
    if (!found) continue;
    stderr.resume();
    return found;
  }
  throw new Error(`Firefox ended: ${said.slice(-500)}`);
}

interface Wire {
  send(method: string, params: object): Promise<Record<string, unknown>>;
  close(): void;
}
interface Answer {
  readonly id?: number;
  readonly type: string;
  readonly result?: Record<string, unknown>;
  readonly message?: string;
}

async function openWire(address: string): Promise<Wire> {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  let next = 1;
  socket.on('message', (data) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
  });
  return {
    send: (method, params) =>
      new Promise((resolve, reject) => {
        const id = next++;
        waiting.set(id, (answer) => {
          waiting.delete(id);
          if (answer.type === 'success') resolve(answer.result ?? {});
          else reject(new Error(`${method}: ${answer.message ?? 'failed'}`));
        });
        socket.send(JSON.stringify({ id, method, params }));
      }),
    close: () => socket.close(),
  };
}

const PATIENCE_MS = 30_000;

function firefoxOn(wire: Wire, context: string, end: () => Promise<void>): Firefox {
  async function evaluate(expression: string): Promise<string> {
    const { result, exceptionDetails } = (await wire.send('script.evaluate', {
      expression: `(async () => String(await (${expression})))()`,
      target: { context },
      awaitPromise: true,
    })) as { result?: { value?: string }; exceptionDetails?: { text?: string } };
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text ?? ''}`);
    return result?.value ?? '';
  }
  const pointer = (actions: readonly object[]) =>
    wire.send('input.performActions', { context, actions: [{ type: 'pointer', id: 'mouse', actions }] });
  const firefox: Firefox = {
    goto: async (url) =>
      void (await wire.send('browsingContext.navigate', { context, url, wait: 'interactive' })),
    evaluate,
    async until(expression) {
      const limit = performance.now() + PATIENCE_MS;
      while (performance.now() < limit) {
        if ((await evaluate(expression)) === 'true') return;
        await evaluate('new Promise((resolve) => setTimeout(resolve, 100))');
      }
      throw new Error(`not so: ${expression}\n${await evaluate('document.body.innerText')}`);
    },
    async click(selector) {
      await firefox.until(`document.querySelector(${JSON.stringify(selector)}) !== null`);
      const place = await evaluate(
        `(() => { const one = document.querySelector(${JSON.stringify(selector)}); one.scrollIntoView({ block: 'center' }); const box = one.getBoundingClientRect(); return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)].join(); })()`,
      );
      const [x = 0, y = 0] = place.split(',').map(Number);
      await pointer([
        { type: 'pointerMove', x, y },
        { type: 'pointerDown', button: 0 },
        { type: 'pointerUp', button: 0 },
      ]);
    },
    async draw([first, ...rest]) {
      if (!first) return;
      await pointer([
        { type: 'pointerMove', x: Math.round(first[0]), y: Math.round(first[1]) },
        { type: 'pointerDown', button: 0 },
        ...rest.map(([x, y]) => ({ type: 'pointerMove', x: Math.round(x), y: Math.round(y), duration: 15 })),
        { type: 'pointerUp', button: 0 },
      ]);
    },
    async type(text) {
      const actions = [...text].flatMap((value) => [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ]);
      await wire.send('input.performActions', { context, actions: [{ type: 'key', id: 'keys', actions }] });
    },
    async close() {
      wire.close();
      await end();
    },
  };
  return firefox;
}
