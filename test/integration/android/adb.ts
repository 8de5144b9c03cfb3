import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAdb } from '../../../src/main/android/find-adb';

/** The real adb of this machine, or undefined: the tests then print their reason and are skipped. */
export const adbProgram = await findAdb();
export const skipReason = adbProgram ? '' : 'adb (platform-tools) is not installed';

/** A folder of its own for adb's keys, and no scan of this machine's ports for emulators. */
export async function ownAdbHome(): Promise<{ env: NodeJS.ProcessEnv; remove: () => Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'preau-adb-'));
  const env: NodeJS.ProcessEnv = { ...process.env, HOME: home, ADB_LOCAL_TRANSPORT_MAX_PORT: '5553' };
  delete env['ANDROID_ADB_SERVER_PORT'];
  return { env, remove: () => rm(home, { recursive: true, force: true }) };
}

/** Runs adb's own command line against a server. Nothing waits for a keyboard. */
export function adb(port: number, ...args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(adbProgram ?? 'adb', ['-P', String(port), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
