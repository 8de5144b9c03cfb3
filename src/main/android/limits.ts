/** How long we wait for a tablet, each wait with its name. Milliseconds. */
export interface AndroidLimits {
  /** For a short question (a property, the battery): a woken tablet answers in well under a second. */
  readonly answerMs: number;
  /** Without one more byte accepted while a file is sent. A tablet on a poor Wi-Fi may pause for some seconds. */
  readonly stallMs: number;
  /** For `pm install` itself: an old tablet takes minutes to compile a big application. */
  readonly installMs: number;
  /** For a list of everything (applications, a folder of photographs) or the end of something large. */
  readonly listMs: number;
}

export const ANDROID_LIMITS: AndroidLimits = {
  answerMs: 4_000,
  stallMs: 20_000,
  installMs: 300_000,
  listMs: 15_000,
};

/** A tablet stopped answering; `limit` names the wait that ran out. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
  constructor(readonly limit: keyof AndroidLimits) {
    super(`no answer within ${limit}`);
  }
}

/**
 * Waits for `work`, at most `ms`, and no longer than `signal` lasts. The work itself goes on: whoever started it closes
 * what it stands on.
 * @throws Unanswered when time runs out; the signal's reason when it is aborted
 */
export async function within<T>(
  work: PromiseLike<T>,
  limit: keyof AndroidLimits,
  ms: number,
  signal?: AbortSignal,
): Promise<T> {
  const watch = new Watch(limit, ms, signal);
  try {
    return await watch.race(work);
  } finally {
    watch.end();
  }
}

/** A wait that can be prolonged: `alive()` at each sign of life starts it again. */
export class Watch {
  readonly #failed: Promise<never>;
  #fail: (reason: unknown) => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #onAbort = () => {
    this.#fail(this.signal?.reason);
  };

  constructor(
    private readonly limit: keyof AndroidLimits,
    private readonly ms: number,
    private readonly signal?: AbortSignal,
  ) {
    this.#failed = new Promise<never>((_resolve, reject) => {
      this.#fail = reject;
    });
    // Nobody may be racing when it fails; that is not an error of the program.
    this.#failed.catch(() => undefined);
    if (signal?.aborted) this.#onAbort();
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.alive();
  }

  alive(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#fail(new Unanswered(this.limit));
    }, this.ms);
  }

  race<T>(work: PromiseLike<T>): Promise<T> {
    return Promise.race([work, this.#failed]);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.signal?.removeEventListener('abort', this.#onAbort);
  }
}
