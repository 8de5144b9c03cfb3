import { createLine, type Line, type LineEvents } from './line';
import { COOL_DOWN, retryDelay } from './pace';
import type { Socket } from './socket';

/** A knock that nobody answers: browsers would wait two minutes (ms). */
const OPEN_TIMEOUT = 4_000;

export type LineState = 'connecting' | 'up' | 'lost';

export interface KeeperOptions {
  readonly open: () => Socket;
  readonly onEvent: LineEvents['onEvent'];
  readonly onBytes?: LineEvents['onBytes'];
  /** The socket is open: say hello and ask what is to be shown. A rejection is a new try. */
  readonly onUp: (line: Line) => Promise<void>;
  readonly onState: (state: LineState) => void;
  readonly random?: () => number;
}

export interface Keeper {
  /** The line, while it is up. */
  readonly line: Line | undefined;
  /** Tries at once: the network is back, or the page is seen again. */
  hurry(): void;
  /** The network says it is gone: no need to wait for a time-out. */
  drop(): void;
  /** The door asked for silence. */
  coolDown(): void;
  /** No more tries until `hurry`. */
  rest(): void;
}

/** Keeps a line to the door: opens, says hello, and starts again when it is lost. */
export function keepLine(options: KeeperOptions): Keeper {
  const random = options.random ?? Math.random;
  let line: Line | undefined;
  let socket: Socket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let resting = false;

  const again = (delay = retryDelay(attempt, random())): void => {
    clearTimeout(timer);
    if (resting) return;
    attempt += 1;
    timer = setTimeout(open, delay);
  };

  function open(): void {
    clearTimeout(timer);
    timer = undefined;
    const mine = options.open();
    socket = mine;
    const failed = (): void => {
      clearTimeout(limit);
      if (socket !== mine) return;
      socket = undefined;
      mine.onopen = null;
      mine.close();
      options.onState('lost');
      again();
    };
    const limit = setTimeout(failed, OPEN_TIMEOUT);
    mine.onclose = failed;
    mine.onopen = () => {
      clearTimeout(limit);
      const opened = createLine(mine, {
        onEvent: options.onEvent,
        ...(options.onBytes && { onBytes: options.onBytes }),
        onEnd: () => {
          if (line === opened) line = undefined;
          if (socket === mine) socket = undefined;
          options.onState('lost');
          again();
        },
      });
      line = opened;
      options.onUp(opened).then(
        () => {
          attempt = 0;
          if (line === opened) options.onState('up');
        },
        () => opened.close(),
      );
    };
  }

  options.onState('connecting');
  open();
  return {
    get line() {
      return line;
    },
    hurry() {
      resting = false;
      if (line || socket) return;
      attempt = 0;
      open();
    },
    drop: () => line?.close(),
    coolDown() {
      line?.close();
      again(COOL_DOWN);
    },
    rest() {
      resting = true;
      clearTimeout(timer);
      line?.close();
    },
  };
}
