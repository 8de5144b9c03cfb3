import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const STAND_IN = join(ROOT, 'build', 'stand-in');

/** Debian's Chromium, the browser of the pupils (and of the Electron stand-in). */
export const CHROMIUM = process.env['PREAU_CHROMIUM'] ?? '/usr/bin/chromium';

/** As root Chromium refuses to start with its sandbox; for anybody else it stays. */
export const IS_ROOT = process.getuid?.() === 0;

/** Names both sides would otherwise look up on a network that may be closed. */
export const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--no-proxy-server',
];

// `npm test` says on what the tests run; a single file started by hand runs on the stand-in.
process.env['ELECTRON_OVERRIDE_DIST_PATH'] ??= existsSync(join(ROOT, 'node_modules/electron/path.txt'))
  ? undefined
  : STAND_IN;

export const ON_STAND_IN = process.env['ELECTRON_OVERRIDE_DIST_PATH'] === STAND_IN;

/** The program that Playwright starts, for tests that start it themselves. */
export function electronPath(): string {
  const path: unknown = createRequire(import.meta.url)('electron');
  if (typeof path !== 'string') throw new Error('electron did not say where its binary is');
  return path;
}

export function requireBuild(): void {
  if (!existsSync(join(ROOT, 'out/main/host-entry.js'))) {
    throw new Error('The application is not built: run `npm test -- build`');
  }
}
