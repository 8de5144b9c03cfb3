import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { CHROMIUM, IS_ROOT, QUIET } from './environment';

const run = promisify(execFile);

/**
 * The reference fleet (DESIGN 5). `tablet`: touch, no screen capture, no `.local` names. `desktop`: both.
 * Sizes are CSS pixels of common devices.
 */
const KINDS = {
  tablet: { viewport: { width: 1280, height: 800 }, touch: true, capture: false, localNames: false },
  desktop: { viewport: { width: 1366, height: 768 }, touch: false, capture: true, localNames: true },
} as const;

export interface PupilOptions {
  readonly kind: keyof typeof KINDS;
  /** The school's authority, as PEM: what an adult's enrolment installs on the device. Absent: a foreign device. */
  readonly authority?: string;
  /** Name → address on this machine, in place of mDNS. Ignored for a tablet, which has no `.local`. */
  readonly names?: Readonly<Record<string, string>>;
  /** A profile to be found again by the next launch; absent: a new one, removed by `close`. */
  readonly folder?: string;
  readonly args?: readonly string[];
}

export interface Pupil {
  readonly context: BrowserContext;
  readonly page: Page;
  close(): Promise<void>;
}

/** A real Chromium with its own home. Certificates are always checked: a test never gets past a warning. */
export async function launchPupil(options: PupilOptions): Promise<Pupil> {
  const kind = KINDS[options.kind];
  const home = options.folder ?? (await mkdtemp(join(tmpdir(), 'preau-pupil-')));
  if (options.authority) await trust(home, options.authority);
  const names = kind.localNames ? Object.entries(options.names ?? {}) : [];
  const context = await chromium.launchPersistentContext(join(home, 'profile'), {
    executablePath: CHROMIUM,
    chromiumSandbox: !IS_ROOT,
    env: {
      ...process.env,
      HOME: home,
      XDG_DATA_HOME: join(home, '.local/share'),
      XDG_CONFIG_HOME: join(home, '.config'),
    },
    args: [
      ...QUIET,
      `--host-resolver-rules=${names.map(([name, address]) => `MAP ${name} ${address}`).join(',')}`,
      ...(options.args ?? []),
    ],
    viewport: kind.viewport,
    hasTouch: kind.touch,
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    ignoreHTTPSErrors: false,
  });
  if (!kind.capture) {
    await context.addInitScript(() => {
      if ('mediaDevices' in navigator)
        Object.defineProperty(MediaDevices.prototype, 'getDisplayMedia', { value: undefined });
    });
  }
  return {
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    async close() {
      await context.close();
      if (!options.folder) await rm(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Puts an authority into the store that Debian's Chromium 156 reads (it also reads ~/.local/share/pki/nssdb). */
async function trust(home: string, authority: string): Promise<void> {
  const store = join(home, '.pki', 'nssdb');
  await mkdir(store, { recursive: true });
  const file = join(home, 'authority.pem');
  await writeFile(file, authority);
  await run('certutil', ['-N', '--empty-password', '-d', `sql:${store}`]);
  await run('certutil', ['-A', '-d', `sql:${store}`, '-n', 'school', '-t', 'C,,', '-i', file]);
}
