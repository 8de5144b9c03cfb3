// Where things are, and small helpers. Everything in build/set-up runs on Node 20 without any dependency.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const CACHE = join(ROOT, '.cache');
export const STAND_IN = join(ROOT, 'build', 'stand-in');

export const say = (line) => process.stdout.write(`${line}\n`);

/** The path of a command line tool installed by npm, started by the given Node. */
export function tool(packageName, binName = packageName) {
  const folder = join(ROOT, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[binName]);
}

export function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

/** What an earlier run learnt or finished; undefined when it did not. */
export function readKept(name) {
  try {
    return JSON.parse(readFileSync(join(CACHE, `${name}.json`), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Written beside and renamed: a run that is cut leaves the old answer or the new one. */
export function keep(name, value) {
  mkdirSync(CACHE, { recursive: true });
  const path = join(CACHE, `${name}.json`);
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(value));
  renameSync(`${path}.${process.pid}`, path);
}

/** The set-up cannot go on, and says what a person must do. */
export class SetUpError extends Error {}
