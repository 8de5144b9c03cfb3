/** Something that can end: one start of a poste or of a gateway. What waits for it when it ends waits for ever. */
export class Life {
  #alive = true;
  readonly #endings = new Set<() => void>();

  get alive(): boolean {
    return this.#alive;
  }

  end(): void {
    this.#alive = false;
    for (const ending of [...this.#endings]) ending();
    this.#endings.clear();
  }

  onEnd(work: () => void): () => void {
    this.#endings.add(work);
    return () => this.#endings.delete(work);
  }
}

/** What a machine that was switched off was waiting for. */
export const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

interface Event {
  readonly at: number;
  readonly order: number;
  readonly work: () => void;
}
const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/**
 * The one queue of a simulated run, and its clock, in milliseconds. An event is let run out, to the last promise,
 * before the next one starts: the engine has no I/O of its own, so nothing else decides an order.
 */
export class Schedule {
  #now = 0;
  #order = 0;
  /** A binary heap. */
  readonly #events: Event[] = [];

  get now(): number {
    return this.#now;
  }

  /** How many events there have been. */
  get count(): number {
    return this.#order - this.#events.length;
  }

  in(ms: number, work: () => void): void {
    const event = { at: this.#now + ms, order: this.#order++, work };
    const heap = this.#events;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Event;
      if (!before(event, above)) break;
      heap[at] = above;
      heap[parent] = event;
      at = parent;
    }
  }

  /** Goes on after so long, if that life has not ended meanwhile. */
  pause(life: Life, ms: number): Promise<void> {
    return new Promise((resolve) => this.in(ms, () => void (life.alive && resolve())));
  }

  /** Runs until `until` says so or nothing is left to happen. */
  async run(until: () => boolean = () => false): Promise<void> {
    for (let next = this.#take(); next; next = this.#take()) {
      this.#now = next.at;
      next.work();
      await settled();
      if (until()) return;
    }
  }

  #take(): Event | undefined {
    const heap = this.#events;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || first === last) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && before(heap[right] as Event, heap[left] as Event) ? right : left;
      if (!before(heap[child] as Event, last)) break;
      heap[at] = heap[child] as Event;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

/** After every promise that can go on by itself has done so. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
