// Can Electron's binary be had here? Asked once, for 10 s at the most; the answer is kept.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, keep, readKept, say } from './paths.mjs';
import { run } from './run.mjs';

const PROBE_TIMEOUT_MS = 10_000;
/** A « no » is asked again after this many days: networks change. */
const NO_HOLDS_DAYS = 7;

/** @returns {Promise<string | undefined>} the path of Electron's binary */
export async function findElectron(node, { probe = false } = {}) {
  const folder = join(ROOT, 'node_modules', 'electron');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const installed = installedBinary(folder);
  if (installed) return installed;
  const kept = readKept('electron-probe');
  const age = kept ? (Date.now() - Date.parse(kept.date)) / 86_400_000 : Infinity;
  if (!probe && kept?.version === version && age < NO_HOLDS_DAYS) return undefined;
  say(`Looking for Electron ${version} (10 s at the most)`);
  await run(node, [join(folder, 'install.js')], { capture: true, timeoutMs: PROBE_TIMEOUT_MS });
  const found = installedBinary(folder);
  if (!found) keep('electron-probe', { version, date: new Date().toISOString(), found: false });
  return found;
}

function installedBinary(folder) {
  try {
    const path = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8'));
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
