/** Time, handed in so that tests move it themselves instead of sleeping. */
export interface Timers {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls once after `ms`; the function returned cancels it. */
  after(ms: number, run: () => void): () => void;
}

export const systemTimers: Timers = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
