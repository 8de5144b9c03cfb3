// The locked dependencies, installed only when what is there is not what the lock says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, SetUpError, say } from './paths.mjs';
import { npm } from './node24.mjs';

export async function ensureDependencies() {
  if (isInstalled()) return;
  say('Installing the locked dependencies (npm ci --ignore-scripts)');
  const { code, output } = await npm(
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'],
    { cwd: ROOT },
  );
  if (code !== 0) throw new SetUpError(`npm ci failed:\n${output}`);
}

/** npm writes what it installed at the end of an installation: one that was cut is begun again. */
function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const installed = packagesOf('node_modules/.package-lock.json');
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || installed[path]?.version === version || (optional && !installed[path]),
  );
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(ROOT, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}
