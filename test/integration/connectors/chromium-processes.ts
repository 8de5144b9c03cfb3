import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** Chromium's programs of one profile, or of those below a folder: listed, and signalled as a failing computer would. */
export interface ChromiumProcesses {
  running(): readonly number[];
  killAll(): void;
  /** Every process that shows a page stands still; the browser's own, which holds the line, goes on. */
  freeze(): void;
  thaw(): void;
}

/** @param profiles the profile's folder, or one that holds it */
export function chromiumProcesses(profiles: string): ChromiumProcesses {
  const pids = (type?: string): readonly number[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').split(/[\0 ]/);
          const isTheirs = args.some((arg) => `${arg}/`.startsWith(`--user-data-dir=${profiles}/`));
          return isTheirs && (type === undefined || args.includes(`--type=${type}`)) ? [Number(name)] : [];
        } catch {
          // It ended meanwhile.
          return [];
        }
      });
  const signal = (to: readonly number[], name: NodeJS.Signals): void => {
    for (const pid of to)
      try {
        process.kill(pid, name);
      } catch {
        // It ended meanwhile.
      }
  };
  return {
    running: () => pids(),
    killAll: () => signal(pids(), 'SIGKILL'),
    freeze: () => signal(pids('renderer'), 'SIGSTOP'),
    thaw: () => signal(pids('renderer'), 'SIGCONT'),
  };
}

/** Ends a bench whose devices are real browsers, once however often it is asked, and sees that none of their programs stays. */
export function endBench(
  connector: { close(): Promise<void> },
  devices: readonly { stop(): Promise<void>; running(): readonly number[] }[],
): () => Promise<void> {
  let ended: Promise<void> | undefined;
  return () =>
    (ended ??= (async () => {
      await connector.close();
      await Promise.all(devices.map((one) => one.stop()));
      await expect.poll(() => devices.flatMap((one) => one.running())).toEqual([]);
    })());
}
