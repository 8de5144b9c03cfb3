// The locked dependencies, installed again only when the lock has changed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, SetUpError, keep, readKept, say, sha256 } from './paths.mjs';
import { npm } from './node24.mjs';

export async function ensureDependencies() {
  const lock = sha256(readFileSync(join(ROOT, 'package-lock.json')));
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  const wanted = { lock, platform: `${process.platform}-${process.arch}` };
  const kept = readKept('dependencies');
  if (existsSync(installed) && kept?.lock === lock && kept.platform === wanted.platform) return;
  say('Installing the locked dependencies (npm ci --ignore-scripts)');
  const { code, output } = await npm(
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'],
    { cwd: ROOT },
  );
  if (code !== 0) throw new SetUpError(`npm ci failed:\n${output}`);
  keep('dependencies', wanted);
}
