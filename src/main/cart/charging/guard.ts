/** The poste's side of the watchman: one is started before the first plan, has every plan before it is carried out, and is replaced when it dies. */
import { spawn } from 'node:child_process';
import { writeWatchman } from './line-file';
import type { Timers } from '../timers';
import type { Order } from './order';

/** How a watchman is started: the program and its arguments, the data folder last. */
export interface WatchmanProgram {
  readonly command: string;
  readonly args: readonly string[];
}

export interface Guard {
  /**
   * Hands a plan over. True once the watchman has said that it holds it; false where it did not: then nothing may be off.
   */
  hand(order: Order): Promise<boolean>;
  /** The process, where one lives. */
  readonly pid: number | undefined;
  /** The pipe ends: the watchman goes on alone, or leaves where nothing is off. */
  close(): void;
}

/** `gone`: it ended before it answered. */
type Answer = 'held' | 'not held' | 'gone';

const ANSWER_MS = 5_000;
/** A program that starts on a computer that does other things; meanwhile what is off stays off, and nothing else goes off. */
const FIRST_ANSWER_MS = 20_000;

/** @param onEnd the watchman died: the plan in force is no longer guarded */
export function openGuard(
  folder: string,
  program: WatchmanProgram | undefined,
  timers: Timers,
  onEnd: () => void,
): Guard {
  let child: ReturnType<typeof spawn> | undefined;
  let closed = false;
  let said = '';
  const waiting = new Map<number, (answer: Answer) => void>();
  const answerAll = (answer: Answer): void => {
    for (const each of [...waiting.values()]) each(answer);
    waiting.clear();
  };

  async function start(): Promise<boolean> {
    // Without a watchman nothing may be off.
    if (!program) return false;
    const started = spawn(program.command, [...program.args, folder], {
      // A session of its own: what ends the poste's processes as a group leaves it alone.
      detached: true,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      // The application's own program, as plain Node.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    const alive = await new Promise<boolean>((resolve) => {
      started.once('spawn', () => {
        resolve(true);
      });
      started.once('error', () => {
        resolve(false);
      });
    });
    if (!alive || started.pid === undefined) return false;
    child = started;
    said = '';
    // The poste may end without waiting for it.
    started.unref();
    const gone = (): void => {
      if (child !== started) return;
      child = undefined;
      answerAll('gone');
      if (!closed) onEnd();
    };
    started.once('exit', gone);
    started.stdin?.on('error', gone);
    started.stdout?.setEncoding('utf8');
    started.stdout?.on('data', (text: string) => {
      said += text;
      const lines = said.split('\n');
      said = lines.pop() ?? '';
      for (const line of lines) {
        const held = heldBy(line);
        if (held === undefined) answerAll('not held');
        else {
          waiting.get(held)?.('held');
          waiting.delete(held);
        }
      }
    });
    try {
      await writeWatchman(folder, started.pid);
      return true;
    } catch {
      // The next poste could not know of it, and both would speak on one line: no watchman. It leaves when its pipe ends.
      child = undefined;
      started.stdin?.end();
      return false;
    }
  }

  async function handOnce(order: Order): Promise<Answer> {
    const patience = child ? ANSWER_MS : FIRST_ANSWER_MS;
    if (closed || (!child && !(await start()))) return 'not held';
    return new Promise<Answer>((resolve) => {
      const cancel = timers.after(patience, () => {
        waiting.delete(order.seq);
        resolve('not held');
      });
      waiting.set(order.seq, (answer) => {
        cancel();
        resolve(answer);
      });
      child?.stdin?.write(`${JSON.stringify(order)}\n`);
    });
  }

  return {
    get pid() {
      return child?.pid;
    },
    async hand(order) {
      const answer = await handOnce(order);
      // One that died with the plan in its hands: another one, before all comes on at once over what the circuit bears.
      return (answer === 'gone' && !closed ? await handOnce(order) : answer) === 'held';
    },
    close() {
      closed = true;
      child?.stdin?.end();
      child = undefined;
      answerAll('not held');
    },
  };
}

function heldBy(line: string): number | undefined {
  try {
    const said: unknown = JSON.parse(line);
    return typeof said === 'object' && said !== null && 'held' in said && typeof said.held === 'number'
      ? said.held
      : undefined;
  } catch {
    return undefined;
  }
}
