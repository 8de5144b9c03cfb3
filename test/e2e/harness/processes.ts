import { readFile } from 'node:fs/promises';
import { vi } from 'vitest';

/** One process of a tree, known by its start time too, since identifiers are used again. */
export interface KnownProcess {
  readonly pid: number;
  readonly command: string;
  isAlive(): Promise<boolean>;
  /** Resolves when it has gone; fails after `GONE_TIMEOUT_MS`, naming it. */
  gone(): Promise<void>;
}

const GONE_TIMEOUT_MS = 10_000;

/** A process and all that descend from it, as /proc tells (Linux). */
export async function processTree(pid: number): Promise<KnownProcess[]> {
  const known = await find(pid);
  if (!known) return [];
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')).trim();
  const below = children
    ? await Promise.all(children.split(' ').map((child) => processTree(Number(child))))
    : [];
  return [known, ...below.flat()];
}

async function find(pid: number): Promise<KnownProcess | undefined> {
  const started = await startTime(pid);
  if (started === undefined) return undefined;
  const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''))
    .replaceAll('\0', ' ')
    .slice(0, 400);
  const isAlive = async () => (await startTime(pid)) === started;
  const gone = () =>
    vi.waitFor(
      async () => {
        if (await isAlive()) throw new Error(`still there: ${pid} ${command}`);
      },
      { timeout: GONE_TIMEOUT_MS, interval: 50 },
    );
  return { pid, command, isAlive, gone };
}

/** Field 22 of /proc/<pid>/stat; undefined for a process that has gone or that only waits to be counted (a zombie). */
async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}
