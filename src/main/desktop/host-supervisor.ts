import type { EventMessage, Reply } from '../../contract/bridge';
import type { FromHost, PowerEvent, StartOptions } from '../../contract/host-messages';
import type { HostChild, HostListeners } from './host-process';
import { HostFailure } from './stop-failing';

type Ready = Extract<FromHost, { t: 'ready' }>;

/** Crashes within `CRASH_WINDOW_MS` after which restarting again would only hide the fault. */
const MAX_CRASHES = 3;
const CRASH_WINDOW_MS = 60_000;
/** What the host has to write its last lines and close its databases. */
const STOP_TIMEOUT_MS = 5_000;

/** One host process at a time: asks it, restarts it when it dies, and tells who was waiting. */
export class HostSupervisor {
  stopped = false;
  /** Where the loopback door is, once the host is ready; it changes when the host restarts. */
  loopbackUrl: string | undefined;
  #child: HostChild | undefined;
  #nextId = 0;
  #stopping = false;
  #exited = (): void => undefined;
  #crashes: number[] = [];
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #powered = new Map<number, () => void>();
  readonly #eventListeners = new Set<(connection: string, event: EventMessage) => void>();
  readonly #restartListeners = new Set<() => void>();

  constructor(
    private readonly options: StartOptions,
    private readonly fork: (listeners: HostListeners) => HostChild,
    private readonly fail: (error: unknown) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws HostFailure when the host says that it cannot open the data, or dies before it is ready */
  async start(): Promise<void> {
    this.loopbackUrl = (await this.#launch()).loopbackUrl;
  }

  request(connection: string, method: string, input: unknown): Promise<Reply> {
    const child = this.#child;
    if (!child) return Promise.resolve(gone());
    const id = ++this.#nextId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      child.send({ t: 'request', id, connection, method, input });
    });
  }

  connectionClosed(connection: string): void {
    this.#child?.send({ t: 'connectionClosed', connection });
  }

  /** Resolves when the host has done what it can, or is gone; who asks bounds the wait. */
  power(event: PowerEvent): Promise<void> {
    const child = this.#child;
    if (!child || this.#stopping) return Promise.resolve();
    const id = ++this.#nextId;
    return new Promise((resolve) => {
      this.#powered.set(id, resolve);
      child.send({ t: 'power', id, event });
    });
  }

  onEvent(listener: (connection: string, event: EventMessage) => void): void {
    this.#eventListeners.add(listener);
  }

  /** After a crash: every connection is gone, people sign in again. */
  onRestart(listener: () => void): void {
    this.#restartListeners.add(listener);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child) {
      const exited = new Promise<void>((resolve) => (this.#exited = resolve));
      child.send({ t: 'stop' });
      const timer = setTimeout(() => child.kill(), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
    }
    this.stopped = true;
  }

  #launch(): Promise<Ready> {
    return new Promise((resolve, reject) => {
      let ready = false;
      const child = this.fork({
        message: (message) => {
          if (message.t === 'ready') {
            ready = true;
            resolve(message);
          } else if (message.t === 'fatal') {
            this.#stopping = true;
            const failure = new HostFailure(message.code);
            if (ready) this.fail(failure);
            else reject(failure);
          } else {
            this.#receive(message);
          }
        },
        exit: () => {
          this.#child = undefined;
          for (const answer of this.#waiting.values()) answer(gone());
          this.#waiting.clear();
          for (const done of this.#powered.values()) done();
          this.#powered.clear();
          this.#exited();
          if (this.#stopping) return;
          if (ready) this.#restart();
          else reject(new HostFailure('CRASHED'));
        },
      });
      this.#child = child;
      child.send({ t: 'start', options: this.options });
    });
  }

  #receive(message: Exclude<FromHost, { t: 'ready' } | { t: 'fatal' }>): void {
    if (message.t === 'reply') {
      this.#waiting.get(message.id)?.(message.reply);
      this.#waiting.delete(message.id);
      return;
    }
    if (message.t === 'powerDone') {
      this.#powered.get(message.id)?.();
      this.#powered.delete(message.id);
      return;
    }
    const { connection, name, payload } = message;
    for (const listener of this.#eventListeners) listener(connection, { name, payload });
  }

  #restart(): void {
    const now = this.now();
    this.#crashes = [...this.#crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    if (this.#crashes.length >= MAX_CRASHES) {
      this.fail(new HostFailure('CRASHED'));
      return;
    }
    this.start().then(
      () => this.#restartListeners.forEach((listener) => listener()),
      (error: unknown) => this.fail(error),
    );
  }
}

function gone(): Reply {
  return { ok: false, error: { code: 'STOPPING', params: {} } };
}
