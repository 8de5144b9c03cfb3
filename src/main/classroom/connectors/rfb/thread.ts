import { Worker } from 'node:worker_threads';
import { MAX_SCREEN_CHUNK, SCREEN_HEAD } from '../../../../contract/pupil/frames';
import { createDecoder, type FromThread, type Rect, type ToThread } from './decoder';

/** Screens of all devices of a connector, decoded and made small in one thread of their own. */
export interface Pictures {
  open(size: { readonly width: number; readonly height: number }): Decoding;
  close(): Promise<void>;
}

/** One device's screen. */
export interface Decoding {
  resize(size: { readonly width: number; readonly height: number }): void;
  rect(rect: Rect): void;
  /** What the screen is now, `width` pixels wide at most. @throws Error where the device sent nonsense */
  picture(width: number, whole: boolean): Promise<Exclude<FromThread, { failed: true }>>;
  close(): void;
}

const PROGRAMME = `
  const { parentPort } = require('node:worker_threads');
  const decode = (${createDecoder.toString()})(require('node:zlib'));
  let queue = Promise.resolve();
  parentPort.on('message', (message) => {
    queue = queue.then(() => decode(message)).then((answer) => {
      if (answer) parentPort.postMessage(answer);
    });
  });
`;

interface Waiting {
  resolve(answer: Exclude<FromThread, { failed: true }>): void;
  reject(error: Error): void;
}

/** The thread starts with the first screen. */
export function createPictures(): Pictures {
  let worker: Worker | undefined;
  let next = 1;
  let over = false;
  const waiting = new Map<number, Waiting[]>();

  function failAll(): void {
    for (const list of waiting.values()) for (const one of list) one.reject(new Error('no decoder'));
    waiting.clear();
  }
  function start(): Worker {
    const made = new Worker(PROGRAMME, { eval: true, name: 'screens' });
    made.unref();
    made.on('message', (answer: FromThread) => {
      const first = waiting.get(answer.screen)?.shift();
      if ('failed' in answer) first?.reject(new Error('the screen cannot be decoded'));
      else first?.resolve(answer);
    });
    const over = (): void => {
      if (worker === made) worker = undefined;
      failAll();
    };
    made.on('error', over);
    made.on('exit', over);
    return made;
  }
  function post(message: ToThread): void {
    // A screen that was being read when everything was closed starts no thread anew.
    if (!over) (worker ??= start()).postMessage(message);
  }

  return {
    open(size) {
      const screen = next++;
      waiting.set(screen, []);
      post({ screen, do: 'open', ...size });
      return {
        resize: (now) => post({ screen, do: 'size', ...now }),
        rect: (rect) => post({ screen, do: 'rect', rect }),
        picture: (width, whole) =>
          new Promise((resolve, reject) => {
            const list = waiting.get(screen);
            if (!list) return reject(new Error('closed'));
            list.push({ resolve, reject });
            post({ screen, do: 'picture', width, whole, limit: MAX_SCREEN_CHUNK - SCREEN_HEAD });
          }),
        close() {
          for (const one of waiting.get(screen) ?? []) one.reject(new Error('closed'));
          waiting.delete(screen);
          if (worker) post({ screen, do: 'close' });
        },
      };
    },
    async close() {
      over = true;
      const leaving = worker;
      worker = undefined;
      failAll();
      await leaving?.terminate();
    },
  };
}
