/** A real snmpd of our own on a free port, with an invented strip behind it. */
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';

const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
const env = { ...process.env, PATH };
export const snmpdMissing = spawnSync('snmpd', ['-v'], { env }).error !== undefined;
export const snmpsimMissing = spawnSync('snmpsimd', ['--version'], { env }).error !== undefined;

export const READ = 'lecture';
export const WRITE = 'ecriture';
export const USER = 'preau';
export const AUTH_KEY = 'cle-d-authentification';
export const PRIV_KEY = 'cle-de-chiffrement';

export interface StripState {
  outlets: Record<string, { on: boolean; tenths: number }>;
  /** Relays that do not move. */
  stuck?: number[];
}

export interface StripPeer {
  readonly port: number;
  /** What the relays really are at this moment. */
  state(): StripState;
  change(state: StripState): void;
  /** The agent vanishes at once, as when its plug is pulled. */
  kill(): Promise<void>;
  /** Comes back on the same port. */
  start(): Promise<void>;
  /** Stops answering without going away. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

/** Port on which nobody listens at this moment; UDP. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => {
        resolve(port);
      });
    });
  });
}

/** @param outlets how many; all on, 0.3 A each */
export async function stripPeer(outlets = 8): Promise<StripPeer> {
  const folder = mkdtempSync(join(tmpdir(), 'preau-snmp-'));
  const file = join(folder, 'state.json');
  const change = (state: StripState): void => {
    writeFileSync(file, JSON.stringify(state));
  };
  change({
    outlets: Object.fromEntries(
      Array.from({ length: outlets }, (_, index) => [String(index + 1), { on: true, tenths: 3 }]),
    ),
  });
  const script = join(import.meta.dirname, 'outlets.mjs');
  const port = await freePort();
  const configuration = join(folder, 'snmpd.conf');
  writeFileSync(
    configuration,
    [
      `agentaddress udp:127.0.0.1:${String(port)}`,
      `rocommunity ${READ} 127.0.0.1`,
      `rwcommunity ${WRITE} 127.0.0.1`,
      `createUser ${USER} SHA ${AUTH_KEY} AES ${PRIV_KEY}`,
      `rwuser ${USER} authpriv`,
      'sysDescr Multiprise inventee',
      `pass_persist .1.3.6.1.4.1.318.1.1.26 ${process.execPath} ${script} ${file}`,
      '',
    ].join('\n'),
  );
  let child: ChildProcess | undefined;
  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const started = spawn('snmpd', ['-f', '-Le', '-C', '-c', configuration, '-p', join(folder, 'pid')], {
        env: { ...env, SNMP_PERSISTENT_DIR: join(folder, 'persistent'), MIBS: '' },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child = started;
      let said = '';
      started.once('error', reject);
      started.once('exit', () => {
        reject(new Error(`snmpd ended: ${said}`));
      });
      started.stderr.on('data', (bytes: Buffer) => {
        said = (said + bytes.toString()).slice(-4_000);
        if (said.includes('NET-SNMP version')) resolve();
      });
    });
  const kill = (): Promise<void> => {
    const old = child;
    child = undefined;
    if (!old || old.exitCode !== null || old.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      old.removeAllListeners('exit');
      old.once('exit', () => {
        resolve();
      });
      old.kill('SIGKILL');
    });
  };
  await start();
  return {
    port,
    state: () => JSON.parse(readFileSync(file, 'utf8')) as StripState,
    change,
    kill,
    start,
    pause: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
