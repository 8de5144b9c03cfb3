import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { once } from 'node:events';
import { join } from 'node:path';

/** Packets and bytes at the IP level, one way; lost ones are among them. */
export interface Traffic {
  readonly packets: number;
  readonly bytes: number;
  readonly lost: number;
  readonly dropped: number;
}
export interface LineTraffic {
  readonly up: Traffic;
  readonly down: Traffic;
}

/** A thin line between a school and a town hall, each a network namespace of this machine. */
export interface ThinLine {
  /** Runs a program on one side; its IPC channel is open. */
  spawn(side: 'school' | 'commune', command: string, args: readonly string[]): ChildProcess;
  /** Where the town hall is, as the school sees it. */
  readonly communeAddress: string;
  /** What went over the line since it was laid. */
  traffic(): Promise<LineTraffic>;
  close(): Promise<void>;
}

export interface LineOptions {
  readonly root: string;
  readonly kbit: number;
  /** One way, in ms: half a round trip. */
  readonly delayMs: number;
  readonly lossPercent: number;
  readonly seed: number;
}

/** Why no line can be laid on this machine, or undefined. */
export function lineMissing(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'network namespaces need Linux and root';
  for (const [command, args] of [
    ['ip', ['-V']],
    ['python3', ['--version']],
  ] as const)
    if (spawnSync(command, args).status !== 0) return `${command} is not installed`;
  const probe = `preau-probe-${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', probe]).status !== 0)
    return 'this machine makes no network namespaces';
  spawnSync('ip', ['netns', 'del', probe]);
  return undefined;
}

const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });

export async function layLine(options: LineOptions): Promise<ThinLine> {
  const names = {
    school: `preau-school-${process.pid}`,
    commune: `preau-commune-${process.pid}`,
  };
  for (const name of Object.values(names)) {
    ip('netns', 'add', name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  const emulator = spawn(
    'python3',
    [
      join(options.root, 'test/bench/link/emulate.py'),
      ...[names.school, '10.97.0.1/30', names.commune, '10.97.0.2/30'],
      ...['--kbit', String(options.kbit), '--delay-ms', String(options.delayMs)],
      ...['--loss-percent', String(options.lossPercent), '--seed', String(options.seed)],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: emulator.stdout });
  await nextLine(lines);
  return {
    communeAddress: '10.97.0.2',
    spawn: (side, command, args) =>
      spawn('ip', ['netns', 'exec', names[side], command, ...args], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    async traffic() {
      const line = nextLine(lines);
      emulator.kill('SIGUSR1');
      return JSON.parse(await line) as LineTraffic;
    },
    async close() {
      const ended = once(emulator, 'exit');
      emulator.kill('SIGTERM');
      await ended;
      for (const name of Object.values(names)) ip('netns', 'del', name);
    },
  };
}

async function nextLine(lines: Interface): Promise<string> {
  const [line] = (await once(lines, 'line')) as [string];
  return line;
}
