// Builds main, preload and both interfaces, unless nothing that goes into them has changed.
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { alone } from './lock.mjs';
import { CACHE, ROOT, SetUpError, keep, readKept, say, sha256, tool } from './paths.mjs';
import { run } from './run.mjs';

const SOURCES = [
  'src',
  'electron.vite.config.ts',
  'build/pupil.vite.config.ts',
  'build/pupil-mode.vite.config.ts',
  'package-lock.json',
  'tsconfig.base.json',
];
const OUTPUTS = [
  'main/index.js',
  'main/host-entry.js',
  'preload/index.cjs',
  'preload/pupil-mode.cjs',
  'renderer/staff/index.html',
  'renderer/pupil/index.html',
  'renderer/pupil-mode/index.html',
];

/** @returns {Promise<{ output: string, built: boolean }>} @throws SetUpError with the builders' output */
export function ensureBuilt(node) {
  return alone('build', () => build(node));
}

async function build(node) {
  const stamp = stampOf(SOURCES);
  const whole = OUTPUTS.every((file) => existsSync(join(ROOT, 'out', file)));
  if (whole && readKept('built')?.stamp === stamp) return { output: '', built: false };
  say('Building');
  // Beside the build in use, and put in its place when whole: an application or a test that runs keeps its files.
  const fresh = join(CACHE, 'out-new');
  const env = { NODE_ENV: 'production', PREAU_OUT: fresh };
  rmSync(fresh, { recursive: true, force: true });
  const builds = await Promise.all([
    run(node, [tool('electron-vite'), 'build', '--logLevel', 'warn'], { capture: true, env }),
    ...['pupil', 'pupil-mode'].map((page) =>
      run(node, [tool('vite'), 'build', '--config', `build/${page}.vite.config.ts`, '--logLevel', 'warn'], {
        capture: true,
        env,
      }),
    ),
  ]);
  const output = builds.map(({ output: text }) => text).join('');
  if (builds.some(({ code }) => code !== 0)) throw new SetUpError(`The build failed:\n${output}`);
  const old = join(CACHE, 'out-old');
  rmSync(old, { recursive: true, force: true });
  if (existsSync(join(ROOT, 'out'))) renameSync(join(ROOT, 'out'), old);
  renameSync(fresh, join(ROOT, 'out'));
  rmSync(old, { recursive: true, force: true });
  keep('built', { stamp });
  return { output, built: true };
}

/** Changes when a source does: contents, not dates, so that a fresh checkout of the same commit is not built twice. */
function stampOf(sources) {
  const parts = [];
  const visit = (path) => {
    const full = join(ROOT, path);
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) visit(`${path}/${name}`);
    } else if (!/\.test\.ts$/.test(path)) {
      parts.push(path, readFileSync(full));
    }
  };
  sources.forEach(visit);
  return sha256(...parts);
}
