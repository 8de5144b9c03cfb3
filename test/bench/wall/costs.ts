import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What one looks at of an application that runs: its host, its pages, and what draws them. */
export type Part = 'host' | 'renderer' | 'rest';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It ended while one looked.
    return '';
  }
};
const children = (pid: number): number[] =>
  read(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);
const below = (pid: number): number[] => [pid, ...children(pid).flatMap(below)];

function partOf(pid: number): Part {
  const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
  if (command.includes('host-entry.js') || command.includes('preau-host')) return 'host';
  return command.includes('--type=renderer') ? 'renderer' : 'rest';
}

export function processesOf(root: number): ReadonlyMap<number, Part> {
  return new Map(below(root).map((pid) => [pid, partOf(pid)]));
}

/** Proportional memory (PSS) in MB (10^6 bytes). */
export function memoryMb(processes: ReadonlyMap<number, Part>, parts: readonly Part[]): number {
  let kb = 0;
  for (const [pid, part] of processes)
    if (parts.includes(part))
      kb += Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  return (kb * 1_024) / 1e6;
}

/** CPU time used so far in s; Linux counts it in hundredths. */
export function cpuSeconds(processes: ReadonlyMap<number, Part>, parts: readonly Part[]): number {
  let ticks = 0;
  for (const [pid, part] of processes) {
    if (!parts.includes(part)) continue;
    const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  return ticks / 100;
}

/**
 * The same from the scheduler's own account, in ns: what runs for a millisecond now and then is mostly missed by hundredths. Threads
 * that have ended are not in it.
 */
export function busySeconds(processes: ReadonlyMap<number, Part>, parts: readonly Part[]): number {
  let ns = 0;
  for (const [pid, part] of processes)
    if (parts.includes(part))
      for (const thread of threadsOf(pid))
        ns += Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0] ?? 0);
  return ns / 1e9;
}
function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** TCP payload both ways, TLS and all, of the connections to that port that are open, by the client's own port. */
export function bytesTo(port: number): ReadonlyMap<string, number> {
  const lines = execFileSync('ss', ['-HtinO', 'state', 'established', `( dport = :${port} )`], {
    encoding: 'utf8',
  });
  const counts = new Map<string, number>();
  for (const line of lines.split('\n')) {
    const local = /\s(\S+:\d+)\s+\S+:\d+/.exec(line)?.[1];
    const count = (name: string): number => Number(new RegExp(`${name}:(\\d+)`).exec(line)?.[1] ?? 0);
    if (local) counts.set(local, count('bytes_sent') + count('bytes_received'));
  }
  return counts;
}

/** kbit/s over all connections to the port while something runs. */
export async function kbitTo<T>(port: number, run: () => Promise<T>): Promise<{ kbit: number; result: T }> {
  const before = bytesTo(port);
  const begun = performance.now();
  const result = await run();
  const seconds = (performance.now() - begun) / 1_000;
  let bytes = 0;
  for (const [local, count] of bytesTo(port)) bytes += count - (before.get(local) ?? 0);
  return { kbit: (bytes * 8) / 1_000 / seconds, result };
}
