import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { IArgon2Options } from 'hash-wasm';

type Job = IArgon2Options & { readonly outputType: 'binary' };
type Answer = { readonly hash: Uint8Array } | { readonly failure: string };

/**
 * The thread's whole programme, as text: no bundler and no archive has to carry one more file for it. The library is found
 * from here, where it is a dependency.
 */
const PROGRAMME = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { argon2id } = require(workerData);
  parentPort.on('message', async (job) => {
    try {
      parentPort.postMessage({ hash: await argon2id(job) });
    } catch (error) {
      parentPort.postMessage({ failure: String(error) });
    }
  });
`;
/** The thread holds the memory that the last stretching took; it goes when nobody signs in for so long. Milliseconds. */
const IDLE = 1000;

interface Waiting {
  readonly job: Job;
  resolve(hash: Buffer): void;
  reject(error: Error): void;
}

let worker: Worker | undefined;
let idle: NodeJS.Timeout | undefined;
/** The first is under way. One at a time: each takes 64 MiB. */
const queue: Waiting[] = [];

/** Argon2id in another thread. @throws Error when the thread or the library fails; it is never done in this one instead */
export function stretchApart(job: Job): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    queue.push({ job, resolve, reject });
    if (queue.length === 1) next();
  });
}

function next(): void {
  const [first] = queue;
  clearTimeout(idle);
  if (first) {
    worker ??= start();
    worker.ref();
    worker.postMessage(first.job);
  } else if (worker) {
    // A thread with nothing to do keeps no programme from ending.
    worker.unref();
    idle = setTimeout(end, IDLE).unref();
  }
}

function end(): void {
  const leaving = worker;
  // Whoever asks from now on gets a thread of their own.
  worker = undefined;
  void leaving?.terminate();
}

function start(): Worker {
  const library = createRequire(import.meta.url).resolve('hash-wasm');
  const made = new Worker(PROGRAMME, { eval: true, workerData: library });
  const ended = (error: Error): void => {
    if (worker !== made) return;
    worker = undefined;
    for (const { reject } of queue.splice(0)) reject(error);
  };
  made.on('message', (answer: Answer) => {
    const done = queue.shift();
    if ('hash' in answer) done?.resolve(Buffer.from(answer.hash));
    else done?.reject(new Error(answer.failure));
    next();
  });
  made.on('error', (error: Error) => ended(error));
  made.on('exit', (code) => ended(new Error(`the stretching thread ended with ${code}`)));
  return made;
}
