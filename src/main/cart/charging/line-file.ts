/**
 * Who holds the line to the boxes of this computer: two small files in the data folder, and no port that anybody could knock at.
 * `watchman.json` says that a watchman lives and may take the line over; `watchman.release` asks it to give it back.
 */
import { readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { writeAtomically } from '../../../store/atomic-file';
import type { Timers } from '../timers';

export const linePaths = (folder: string) => ({
  watchman: join(folder, 'watchman.json'),
  release: join(folder, 'watchman.release'),
});

const watchmanSchema = v.object({ v: v.literal(1), pid: v.pipe(v.number(), v.integer(), v.minValue(2)) });

/** It says that it lives by touching its file so often; older than the other, it is dead, whoever has its number now. */
export const HEARTBEAT_MS = 2_000;
const DEAD_AFTER_MS = 15_000;
/** Between two looks at whether it has gone, and for how long. Milliseconds. */
const LOOK_MS = 100;
const PATIENCE_MS = 10_000;

export const writeWatchman = (folder: string, pid: number): Promise<void> =>
  writeAtomically(linePaths(folder).watchman, JSON.stringify({ v: 1, pid }));

/** A process that has ended and that nobody has waited for is still in the table (Linux: state Z), and holds nothing. */
function isRunning(pid: number): boolean {
  // Signal 0 only asks whether it is there.
  process.kill(pid, 0);
  if (process.platform !== 'linux') return true;
  return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
}

/** The process that may hold the line, where one lives. */
export function livingWatchman(folder: string, now: number): number | undefined {
  const { watchman } = linePaths(folder);
  try {
    const parsed = v.safeParse(watchmanSchema, JSON.parse(readFileSync(watchman, 'utf8')));
    if (!parsed.success || now - statSync(watchman).mtimeMs > DEAD_AFTER_MS) return undefined;
    return isRunning(parsed.output.pid) ? parsed.output.pid : undefined;
  } catch {
    return undefined;
  }
}

export function touchWatchman(folder: string): void {
  try {
    const now = new Date();
    utimesSync(linePaths(folder).watchman, now, now);
  } catch {
    // Its file is gone with the data folder: nobody looks for it any more.
  }
}

/** @param pid of the watchman itself: the file of another one is left alone */
export function forgetWatchman(folder: string, pid: number): void {
  const { watchman, release } = linePaths(folder);
  try {
    const parsed = v.safeParse(watchmanSchema, JSON.parse(readFileSync(watchman, 'utf8')));
    if (parsed.success && parsed.output.pid !== pid) return;
  } catch {
    // Unreadable: nobody's.
  }
  rmSync(watchman, { force: true });
  rmSync(release, { force: true });
}

/**
 * Before this poste opens a line: a watchman that an earlier run left behind gives it back. Resolves when nobody holds it.
 * @returns false where it did not answer in time; the line is then opened all the same (a serial port refuses two)
 */
export async function takeBack(
  folder: string,
  timers: Timers,
  clock: () => number = Date.now,
): Promise<boolean> {
  const { watchman, release } = linePaths(folder);
  const from = timers.now();
  if (livingWatchman(folder, clock()) !== undefined) await writeAtomically(release, '{"v":1}');
  while (livingWatchman(folder, clock()) !== undefined) {
    if (timers.now() - from > PATIENCE_MS) return false;
    await new Promise<void>((resolve) => {
      timers.after(LOOK_MS, resolve);
    });
  }
  rmSync(watchman, { force: true });
  rmSync(release, { force: true });
  return true;
}
