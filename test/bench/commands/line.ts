import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { lineMissing } from '../link';

/** A classroom's network: the poste on one side, its devices on the other, each a network namespace of this machine. */
export interface RoomLine {
  readonly poste: string;
  spawn(side: 'poste' | 'devices', command: string, args: readonly string[]): ChildProcess;
  /** Packets lost each way, percent. */
  lose(percent: number): void;
  /** iperf3 from the poste to the devices. @returns Mbit/s of payload received */
  iperf(flows: number, seconds: number): Promise<number>;
  close(): void;
}

const RATE_MBIT = 50;
const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });

/** Why no such network can be laid here, or undefined. */
export function roomMissing(): string | undefined {
  const missing = lineMissing();
  if (missing !== undefined) return missing;
  for (const command of ['tc', 'nft', 'iperf3'])
    if (spawnSync('which', [command]).status !== 0) return `${command} is not installed`;
  return undefined;
}

/** 50 Mbit/s both ways (tbf); this machine's kernel has no netem, so that delay and jitter are not added. */
export function layRoom(): RoomLine {
  const names = { poste: `preau-room-${process.pid}`, devices: `preau-devices-${process.pid}` };
  const ends = { poste: ['lan0', '10.98.0.1'], devices: ['lan1', '10.98.0.2'] } as const;
  const sides = ['poste', 'devices'] as const;
  for (const side of sides) ip('netns', 'add', names[side]);
  ip(
    'link',
    'add',
    'lan0',
    'netns',
    names.poste,
    'type',
    'veth',
    'peer',
    'name',
    'lan1',
    'netns',
    names.devices,
  );
  for (const side of sides) {
    const [device, address] = ends[side];
    ip('-n', names[side], 'addr', 'add', `${address}/24`, 'dev', device);
    ip('-n', names[side], 'link', 'set', device, 'up');
    ip('-n', names[side], 'link', 'set', 'lo', 'up');
    const shape = ['qdisc', 'add', 'dev', device, 'root', 'tbf', 'rate', `${RATE_MBIT}mbit`];
    execFileSync('tc', ['-n', names[side], ...shape, 'burst', '64kb', 'latency', '80ms']);
  }
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
    poste: ends.poste[1],
    spawn: (side, command, args) => run(side, command, args, true),
    lose(percent) {
      for (const side of sides) {
        const rules =
          `table inet loss {\n chain in {\n  type filter hook input priority 0;\n` +
          `  iif "${ends[side][0]}" numgen random mod 1000 < ${Math.round(percent * 10)} drop\n }\n}\n`;
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
        ['-c', ends.devices[1], '-P', String(flows), '-t', String(seconds), '-J'],
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
    close() {
      for (const side of sides) ip('netns', 'del', names[side]);
    },
  };
}
