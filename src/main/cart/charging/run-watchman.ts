/** The watchman as a process: its pipe, its file, its end. */
import { existsSync } from 'node:fs';
import { openSource } from '../sources/open-source';
import { systemTimers } from '../timers';
import { forgetWatchman, HEARTBEAT_MS, linePaths, touchWatchman } from './line-file';
import { LOOK_MS, Watchman } from './watchman';

/** @param clock the plan's, milliseconds since the epoch */
export function runWatchman(folder: string, clock: () => number = Date.now, lookMs = LOOK_MS): void {
  const { release } = linePaths(folder);
  const beat = setInterval(() => {
    touchWatchman(folder);
  }, HEARTBEAT_MS);
  const watchman = new Watchman({
    timers: systemTimers,
    clock,
    lookMs,
    openBox: ({ link, serial, secret }) =>
      openSource(link, {
        timers: systemTimers,
        hear: () => undefined,
        serial,
        secret: () => Promise.resolve(secret),
      }),
    say: (line) => {
      process.stdout.write(`${line}\n`);
    },
    isWanted: () => existsSync(release),
    leave: () => {
      clearInterval(beat);
      forgetWatchman(folder, process.pid);
      process.exit(0);
    },
  });
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text: string) => {
    watchman.hear(text);
  });
  // However the poste ended: closed, killed, its computer's session over.
  process.stdin.once('end', () => {
    watchman.posteGone();
  });
  process.stdin.once('error', () => {
    watchman.posteGone();
  });
  // The other end is gone: there is nobody to say anything to.
  process.stdout.on('error', () => undefined);
  // A system that is shut down says so to each process: what hangs on a hub with a supply of its own would stay off until the morning.
  process.on('SIGTERM', () => {
    watchman.systemEnds();
  });
  // What ends a session ends the poste; the watchman stays until everything is on.
  for (const signal of ['SIGHUP', 'SIGINT'] as const) process.on(signal, () => undefined);
}
