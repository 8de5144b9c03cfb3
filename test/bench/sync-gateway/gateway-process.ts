import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How often the process is looked at, in milliseconds. */
const LOOK_MS = 200;

export interface GatewayProcess {
  readonly url: string;
  readonly token: string;
  /** The most that was seen since the last call: open files, resident MB (10^6 bytes), seconds of CPU. */
  peaks(): { files: number; rssMb: number; cpuS: number };
  stop(): Promise<void>;
}

/** `npm run commune` on a folder, as a town hall starts it, watched through /proc. */
export async function gatewayProcess(
  root: string,
  folder: string,
  env: Record<string, string> = {},
): Promise<GatewayProcess> {
  const token = 'a-token-of-the-bench';
  const child = spawn(process.execPath, [join(root, 'build', 'commune.mjs')], {
    env: { ...process.env, PREAU_COMMUNE_DATA: folder, PORT: '0', PREAU_COMMUNE_TOKEN: token, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await address(child);
  const pid = programBelow(child.pid ?? 0);
  let files = 0;
  const look = setInterval(() => (files = Math.max(files, openFiles(pid))), LOOK_MS);
  const cpuAtStart = cpuSeconds(pid);
  return {
    url,
    token,
    peaks: () => ({
      files: Math.max(files, openFiles(pid)),
      rssMb: field(pid, 'VmHWM') / 1e3,
      cpuS: cpuSeconds(pid) - cpuAtStart,
    }),
    async stop() {
      clearInterval(look);
      const ended = once(child, 'exit');
      process.kill(pid, 'SIGTERM');
      await ended;
    },
  };
}

async function address(child: ChildProcess): Promise<string> {
  let said = '';
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk);
    const url = /(http:\/\/\S+)/.exec(said)?.[1];
    if (url) return url;
  }
  throw new Error(`the gateway did not start: ${said}`);
}

/** The innermost process: the set-up's Node starts the gateway's. */
function programBelow(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const [child] = children ? children.split(' ').map(Number) : [];
  return child === undefined ? pid : programBelow(child);
}

const openFiles = (pid: number): number => {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
};

/** A line of /proc/<pid>/status, in units of 1,024 bytes, as thousands of bytes. */
function field(pid: number, name: string): number {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'),
  )?.[1];
  return (Number(kib ?? NaN) * 1024) / 1000;
}

/** User and system time, in seconds (100 ticks each on Linux). */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
