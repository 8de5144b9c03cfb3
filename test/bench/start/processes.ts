import { readFileSync } from 'node:fs';

/** Resident memory of a process in MB (10^6 bytes), as /proc tells (Linux). */
export function residentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (!kb) throw new Error(`no memory figure for process ${pid}`);
  return (Number(kb) * 1024) / 1e6;
}

/** The process below `pid` whose command line names the host. */
export function hostBelow(pid: number): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  for (const child of children ? children.split(' ').map(Number) : []) {
    if (commandOf(child).includes('host-entry.js') || commandOf(child).includes('preau-host')) return child;
    const deeper = hostBelow(child);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // It ended while the list was read.
    return '';
  }
}
