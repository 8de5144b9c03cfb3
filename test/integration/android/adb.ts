import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAdbServer } from '../../../src/main/android/adb-server';
import { AndroidBridge } from '../../../src/main/android/bridge';
import { findAdb } from '../../../src/main/android/find-adb';
import { ANDROID_LIMITS, type AndroidLimits } from '../../../src/main/android/limits';
import type { AdbdPeer } from '../../peers/adbd';

/** The real adb of this machine, or undefined: the tests then print their reason and are skipped. */
export const adbProgram = await findAdb();
export const skipReason = adbProgram ? '' : 'adb (platform-tools) is not installed';

/** A folder of its own for adb's keys, and no scan of this machine's ports for emulators. */
export async function ownAdbHome(): Promise<{ env: NodeJS.ProcessEnv; remove: () => Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'preau-adb-'));
  const env: NodeJS.ProcessEnv = { ...process.env, HOME: home, ADB_LOCAL_TRANSPORT_MAX_PORT: '5553' };
  delete env['ANDROID_ADB_SERVER_PORT'];
  return { env, remove: () => rm(home, { recursive: true, force: true, maxRetries: 5 }) };
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

/** A real adb server with its own keys, in which several bridges and tablets meet. */
export interface AdbRoom {
  readonly env: NodeJS.ProcessEnv;
  readonly port: number;
  bridge(limits?: Partial<AndroidLimits>): AndroidBridge;
  /** The tablet on a cable: adb takes an emulator, on whichever port, for one. Done when adb says that it is ready. */
  plug(peer: AdbdPeer): Promise<void>;
  close(): Promise<void>;
}

export async function openAdbRoom(): Promise<AdbRoom> {
  const home = await ownAdbHome();
  const server = await openAdbServer({ env: home.env });
  const env = { ...home.env, ANDROID_ADB_SERVER_PORT: String(server.port) };
  return {
    env,
    port: server.port,
    bridge: (limits) => new AndroidBridge({ env, limits: { ...ANDROID_LIMITS, ...limits } }),
    async plug(peer) {
      await tell(server.port, `host:emulator:${String(peer.port)}`);
      await adb(server.port, '-s', peer.wired, 'wait-for-device');
    },
    async close() {
      await server.dispose();
      await home.remove();
    },
  };
}

/** One request of the smart-socket protocol: four hexadecimal digits of length, then the words. */
function tell(port: number, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', reject);
    socket.once('close', () => resolve());
    socket.resume();
    socket.end(`${words.length.toString(16).padStart(4, '0')}${words}`);
  });
}
