// One build at a time in this folder: tests, benches and a start may be asked for together.
import { mkdirSync, openSync, closeSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CACHE, SetUpError } from './paths.mjs';

const BUILD_WAIT_TIMEOUT_MS = 180_000;
const LOOK_AGAIN_MS = 200;

/** Runs `work` alone; a lock whose holder has died is taken over. */
export async function alone(name, work) {
  mkdirSync(CACHE, { recursive: true });
  const path = join(CACHE, `${name}.lock`);
  const until = Date.now() + BUILD_WAIT_TIMEOUT_MS;
  while (!take(path)) {
    if (Date.now() > until)
      throw new SetUpError(`Another process keeps ${path}. If none is at work, remove that file.`);
    await delay(LOOK_AGAIN_MS);
  }
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function take(path) {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isHeld(path)) rmSync(path, { force: true });
    return false;
  }
}

function isHeld(path) {
  try {
    const holder = Number(readFileSync(path, 'utf8'));
    // Just created and not yet written: held.
    return holder === 0 || process.kill(holder, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
