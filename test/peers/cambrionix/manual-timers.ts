import type { Timers } from '../../../src/main/cart/timers';

/** Time moved by the test. */
export class ManualTimers implements Timers {
  #now = Date.parse('2026-11-20T07:00:00.000Z');
  #next = 0;
  readonly #pending = new Map<number, { readonly at: number; readonly run: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const key = (this.#next += 1);
    this.#pending.set(key, { at: this.#now + ms, run });
    return () => this.#pending.delete(key);
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** Runs everything due within `ms`, in order, letting promises settle in between. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settle();
      const due = [...this.#pending]
        .filter(([, one]) => one.at <= until)
        .sort(([ka, a], [kb, b]) => a.at - b.at || ka - kb);
      const first = due[0];
      if (!first) break;
      this.#pending.delete(first[0]);
      this.#now = Math.max(this.#now, first[1].at);
      first[1].run();
    }
    this.#now = until;
    await settle();
  }
}

/** Lets every promise that is ready run: a turn of the event loop, not a time. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
