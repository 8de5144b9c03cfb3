import type { ServiceHandler, ServiceStream } from './stream';

/** Pictures of a screen, as an encoder made them: the first is whole and has its parameter sets. */
export interface ScreenSource {
  readonly pictures: readonly Buffer[];
  readonly everyMs: number;
}

/** `screenrecord --output-format=h264 -`: writes pictures until its limit, a signal, or a stream nobody reads. */
export class ScreenRecorders {
  readonly #running = new Map<string, () => void>();
  #nextPid = 4_000;
  /** Each that was started, with its options. */
  readonly started: string[][] = [];
  /** A tablet that ends earlier than Android's three minutes, s. */
  limitSeconds = Infinity;
  /** Bytes of a tablet that sends something else. */
  instead: Buffer | undefined;

  constructor(private readonly source: () => ScreenSource | undefined) {}

  get running(): number {
    return this.#running.size;
  }

  /** `kill -2 <pid>`. */
  kill(pid: string): void {
    this.#running.get(pid)?.();
  }

  open(options: string[], stream: ServiceStream): ServiceHandler {
    const pid = String(this.#nextPid++);
    const source = this.source();
    this.started.push(options);
    let at = 0;
    let unread = false;
    let timer: NodeJS.Timeout | undefined;
    const end = (): void => {
      clearTimeout(timer);
      clearTimeout(limit);
      if (this.#running.delete(pid)) stream.close();
    };
    const asked = Number(options[options.indexOf('--time-limit') + 1] ?? 180);
    const limit = setTimeout(end, Math.min(asked, this.limitSeconds) * 1_000);
    const next = async (): Promise<void> => {
      if (unread) return end();
      if (!this.#running.has(pid) || !source) return;
      const picture = source.pictures[at % source.pictures.length] ?? Buffer.alloc(0);
      at += 1;
      await stream.write(picture);
      timer = setTimeout(() => void next(), source.everyMs);
    };
    this.#running.set(pid, end);
    void (async () => {
      await Promise.resolve();
      await stream.write(Buffer.from(`${pid}\n`));
      if (this.instead) await stream.write(this.instead);
      else await next();
      if (!source) end();
    })();
    // Nobody tells a program whose output nobody reads: it learns it when it writes.
    return {
      closed: () => {
        unread = true;
      },
    };
  }

  close(): void {
    for (const end of [...this.#running.values()]) end();
  }
}
