import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { lineMissing } from '../link';

/** A classroom's network: the poste on one side, its devices on the other, each a network namespace of this machine. */
export interface RoomLine {
  readonly poste: string;
  spawn(side: 'poste' | 'devices', command: string, args: readonly string[]): ChildProcess;
  /** Packets lost each way, percent. */
  lose(percent: number): void;
  /** iperf3 from the poste to the devices. @returns Mbit/s of payload received */
  iperf(flows: number, seconds: number): Promise<number>;
  close(): Promise<void>;
}

export const RATE_MBIT = 50;
const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });

/** Why no such network can be laid here, or undefined. */
export function roomMissing(): string | undefined {
  const missing = lineMissing();
  if (missing !== undefined) return missing;
  for (const command of ['tc', 'nft', 'iperf3'])
    if (spawnSync('which', [command]).status !== 0) return `${command} is not installed`;
  return undefined;
}

interface Ends {
  readonly names: { readonly poste: string; readonly devices: string };
  /** The network device of each side. */
  readonly devices: { readonly poste: string; readonly devices: string };
}
const ADDRESSES = { poste: '10.98.0.1', devices: '10.98.0.2' } as const;
const SIDES = ['poste', 'devices'] as const;
/** Packets that wait at most: 80 ms of the line. */
const QUEUE = 360;

/** A cable of 50 Mbit/s both ways (tbf); this machine's kernel has no netem, so that nothing is delayed. */
function layCable(): Ends {
  const devices = { poste: 'lan0', devices: 'lan1' };
  const names = namespaces();
  const [one, other] = [
    ['lan0', 'netns', names.poste],
    ['lan1', 'netns', names.devices],
  ] as const;
  ip('link', 'add', ...one, 'type', 'veth', 'peer', 'name', ...other);
  for (const side of SIDES) {
    ip('-n', names[side], 'addr', 'add', `${ADDRESSES[side]}/24`, 'dev', devices[side]);
    ip('-n', names[side], 'link', 'set', devices[side], 'up');
    const shape = ['qdisc', 'add', 'dev', devices[side], 'root', 'tbf', 'rate', `${RATE_MBIT}mbit`];
    execFileSync('tc', ['-n', names[side], ...shape, 'burst', '64kb', 'latency', '80ms']);
  }
  return { names, devices };
}

/**
 * The same rate, and each packet up to so many ms later, none before another (a radio link keeps the order): by a program of its own
 * between two TUN devices, which takes processor time that a real line does not.
 */
async function layShaky(root: string, jitterMs: number): Promise<Ends & { stop(): Promise<void> }> {
  const names = namespaces();
  const emulator = spawn(
    'python3',
    [
      join(root, 'test/bench/link/emulate.py'),
      ...[names.poste, `${ADDRESSES.poste}/24`, names.devices, `${ADDRESSES.devices}/24`],
      ...['--kbit', String(RATE_MBIT * 1_000), '--delay-ms', '0', '--jitter-ms', String(jitterMs)],
      ...['--loss-percent', '0', '--queue', String(QUEUE), '--mtu', '1500'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(emulator.stdout, 'data');
  return {
    names,
    devices: { poste: 'line0', devices: 'line0' },
    async stop() {
      const ended = once(emulator, 'exit');
      emulator.kill('SIGTERM');
      await ended;
    },
  };
}

function namespaces(): Ends['names'] {
  const names = { poste: `preau-room-${process.pid}`, devices: `preau-devices-${process.pid}` };
  for (const side of SIDES) {
    ip('netns', 'add', names[side]);
    ip('-n', names[side], 'link', 'set', 'lo', 'up');
  }
  return names;
}

/** @param jitterMs up to so much later a packet comes, each way; 0 for a cable */
export async function layRoom(root: string, jitterMs: number): Promise<RoomLine> {
  const shaky = jitterMs > 0 ? await layShaky(root, jitterMs) : undefined;
  const { names, devices } = shaky ?? layCable();
  const run = (
    side: 'poste' | 'devices',
    command: string,
    args: readonly string[],
    ipc: boolean,
  ): ChildProcess =>
    spawn('ip', ['netns', 'exec', names[side], command, ...args], {
      stdio: ipc ? ['ignore', 'inherit', 'inherit', 'ipc'] : ['ignore', 'pipe', 'inherit'],
    });
  return {
    poste: ADDRESSES.poste,
    spawn: (side, command, args) => run(side, command, args, true),
    lose(percent) {
      for (const side of SIDES) {
        const rules =
          `table inet loss {\n chain in {\n  type filter hook input priority 0;\n` +
          `  iif "${devices[side]}" numgen random mod 1000 < ${Math.round(percent * 10)} drop\n }\n}\n`;
        const nft = ['netns', 'exec', names[side], 'nft'];
        spawnSync('ip', [...nft, 'delete', 'table', 'inet', 'loss']);
        if (percent > 0) execFileSync('ip', [...nft, '-f', '-'], { input: rules });
      }
    },
    async iperf(flows, seconds) {
      const server = run('devices', 'iperf3', ['-s', '-1', '--forceflush'], false);
      await once(server.stdout ?? server, 'data');
      const client = run(
        'poste',
        'iperf3',
        ['-c', ADDRESSES.devices, '-P', String(flows), '-t', String(seconds), '-J'],
        false,
      );
      const pieces: Buffer[] = [];
      client.stdout?.on('data', (piece: Buffer) => pieces.push(piece));
      await once(client, 'close');
      const said = JSON.parse(Buffer.concat(pieces).toString()) as {
        end: { sum_received: { bits_per_second: number } };
      };
      return said.end.sum_received.bits_per_second / 1e6;
    },
    async close() {
      await shaky?.stop();
      for (const side of SIDES) ip('netns', 'del', names[side]);
    },
  };
}
