import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import * as v from 'valibot';
import { applicationSchema, type Application, type ComputerLimits } from '../../../contract/computer-limits';
import type { SettledComputer } from '../../../contract/pupil-mode';
import { mayRun } from '../../../domain/device/may-run';
import type { Timers } from '../../cart/timers';

const FILE = 'applications.json';
const FILE_MAX = 64 * 1024;
/** What was asked to close is closed after so long, ms. */
const PATIENCE = 4_000;
/** And so much later it is said to be still open, ms. */
const LAST = 2_000;

const word = (max: number) => v.pipe(v.string(), v.maxLength(max), v.regex(/^[^\u0000-\u001f\u007f]*$/));

/** What the technician writes: nothing is looked for in the path, nothing goes through a shell. */
export const applicationsSchema = v.strictObject({
  v: v.literal(1),
  applications: v.pipe(
    v.array(
      v.strictObject({
        ...applicationSchema.entries,
        program: v.pipe(word(400), v.check(isAbsolute, 'absolute')),
        arguments: v.optional(v.pipe(v.array(word(400)), v.maxLength(20)), []),
      }),
    ),
    v.maxLength(100),
    v.check((all) => new Set(all.map(({ id }) => id)).size === all.length, 'twice'),
  ),
});
type Named = v.InferOutput<typeof applicationsSchema>['applications'][number];

export interface Applications {
  list(): Promise<{ readonly applications: readonly Application[]; readonly open: readonly string[] }>;
  start(id: string): Promise<'started' | 'not-allowed' | 'missing' | 'failed'>;
  stop(id: string): Promise<'stopped' | 'not-open' | 'still-open'>;
  /** Until the next word, or `release`: what is no longer allowed is asked to close, then closed. */
  settle(limits: ComputerLimits): Promise<SettledComputer>;
  /** The lesson is over: nothing can be started, what is open is asked to close and left to its own questions. */
  release(): void;
  readonly copy: 'free' | 'blocked';
}

/** The applications of this computer: started for the lesson, and only those ever closed. */
export function createApplications(options: {
  readonly folder: string;
  readonly timers: Timers;
  /** So many are open now. */
  changed(open: number): void;
}): Applications {
  const { timers } = options;
  const open = new Map<string, ChildProcess>();
  let limits: ComputerLimits | undefined;

  const allows = (id: string): boolean => {
    if (!limits) return false;
    return mayRun(limits.apps, id);
  };
  const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

  function close(id: string): Promise<boolean> {
    const child = open.get(id);
    if (!child || ended(child)) return Promise.resolve(true);
    return new Promise((resolve) => {
      let cancel = timers.after(PATIENCE, () => {
        end(child, true);
        cancel = timers.after(LAST, () => resolve(false));
      });
      child.once('exit', () => {
        cancel();
        resolve(true);
      });
      end(child, false);
    });
  }

  return {
    async list() {
      const named = await readApplications(options.folder);
      return { applications: named.map(({ id, name }) => ({ id, name })), open: [...open.keys()] };
    },
    async start(id) {
      const one = (await readApplications(options.folder)).find((named) => named.id === id);
      if (!one) return 'missing';
      if (!allows(id)) return 'not-allowed';
      if (open.has(id)) return 'started';
      const child = launch(one);
      open.set(id, child);
      const gone = (): void => {
        if (open.get(id) === child) open.delete(id);
        options.changed(open.size);
      };
      child.once('exit', gone);
      const started = await new Promise<'started' | 'missing' | 'failed'>((resolve) => {
        child.once('spawn', () => resolve('started'));
        child.once('error', (error: NodeJS.ErrnoException) => {
          gone();
          resolve(error.code === 'ENOENT' ? 'missing' : 'failed');
        });
      });
      // The lesson may have ended, or said otherwise, while it opened.
      if (started === 'started' && !allows(id)) {
        void close(id);
        return 'not-allowed';
      }
      options.changed(open.size);
      return started;
    },
    async stop(id) {
      if (!open.has(id)) return 'not-open';
      return (await close(id)) ? 'stopped' : 'still-open';
    },
    async settle(next) {
      limits = next;
      const forbidden = [...open.keys()].filter((id) => !allows(id));
      const closed = await Promise.all(forbidden.map(close));
      return {
        apps: closed.every(Boolean) ? 'done' : 'still-open',
        copy: 'done',
        closed: forbidden.filter((_id, at) => closed[at]),
      };
    },
    release() {
      limits = undefined;
      for (const child of open.values()) end(child, false);
    },
    get copy() {
      return limits?.copy ?? 'free';
    },
  };
}

/** @returns none where the file is missing, too large, or not what it should be */
export async function readApplications(folder: string): Promise<readonly Named[]> {
  const path = join(folder, FILE);
  try {
    if ((await stat(path)).size > FILE_MAX) return [];
    return v.parse(applicationsSchema, JSON.parse(await readFile(path, 'utf8'))).applications;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      process.stderr.write(`${FILE}: ${error instanceof Error ? error.message : String(error)}\n`);
    return [];
  }
}

/** A process group of its own where there is such a thing: what it starts is closed with it. */
const launch = ({ program, arguments: given }: Named): ChildProcess =>
  spawn(program, given, { shell: false, stdio: 'ignore', detached: process.platform !== 'win32' });

function end(child: ChildProcess, now: boolean): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/T', ...(now ? ['/F'] : []), '/PID', String(child.pid)], { stdio: 'ignore' }).on(
      'error',
      () => child.kill(),
    );
    return;
  }
  try {
    process.kill(-child.pid, now ? 'SIGKILL' : 'SIGTERM');
  } catch {
    // It ended between the question and the signal.
  }
}
