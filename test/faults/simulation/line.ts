import { isPreauError } from '../../../src/domain/errors';
import { ExchangeRefused, FrameError } from '../../../src/exchange';
import { StoreDown } from './commune-store';
import type { Random } from './random';
import type { Life, Schedule } from './schedule';
import type { Trace } from './trace';

/** Nobody there, nothing came through, or the other side failed. The run is over, and what came whole counts. */
export class LineDown extends Error {
  override readonly name = 'LineDown';
}

/** Errors that a run may end with; anything else is a fault of the engine. */
export const isWeather = (error: unknown): boolean =>
  error instanceof LineDown ||
  error instanceof ExchangeRefused ||
  error instanceof FrameError ||
  error instanceof StoreDown ||
  (isPreauError(error) && error.code === 'DISK_FULL');

/** How the weather is; a calm world has none of it. */
export interface Weather {
  calm: boolean;
  readonly requestLost: number;
  readonly replyLost: number;
  readonly cut: number;
  readonly duplicate: number;
  readonly reorder: number;
  readonly tamper: number;
}

export interface Air {
  readonly schedule: Schedule;
  readonly random: Random;
  readonly trace: Trace;
  readonly weather: Weather;
}

/** After so long without an answer a run is given up, in milliseconds. */
const STALL_MS = 4000;

/** One request and its reply between two machines. It may break at any byte, and then neither end hears the rest. */
export class Connection {
  #broken = false;
  readonly #breaks = new Set<() => void>();
  /** Bytes that still pass. */
  #left: number;
  /** The line takes this long one way, in milliseconds. */
  readonly latency: number;

  constructor(
    readonly air: Air,
    readonly from: { readonly name: string; readonly life: Life },
    readonly to: { readonly name: string; readonly life: Life },
  ) {
    const { random, weather } = air;
    // Squared: most cuts fall early, where there is most to lose.
    const cuts = !weather.calm && random.chance(weather.cut);
    this.#left = cuts ? Math.floor(random.next() ** 2 * 12_000) : Infinity;
    this.latency = 1 + random.below(random.chance(0.1) ? 900 : 40);
    const ended = [from.life.onEnd(() => this.break()), to.life.onEnd(() => this.break())];
    this.onBreak(() => ended.forEach((forget) => forget()));
  }

  get broken(): boolean {
    return this.#broken;
  }

  onBreak(work: () => void): void {
    if (this.#broken) work();
    else this.#breaks.add(work);
  }

  break(): void {
    if (this.#broken) return;
    this.#broken = true;
    for (const work of this.#breaks) work();
  }

  /** Bytes of a chunk that pass; fewer than all where the line is cut in it. */
  pass(bytes: number): number {
    const passed = Math.min(bytes, this.#left);
    this.#left -= passed;
    if (passed < bytes)
      this.air.trace.fault('cut', this.air.schedule.now, this.from.name, this.to.name, passed);
    return passed;
  }

  /** Time passes for the one who waits on this line. @throws LineDown where it broke meanwhile */
  async wait(life: Life, ms = this.latency): Promise<void> {
    await this.air.schedule.pause(life, ms);
    if (this.#broken) throw new LineDown('broken');
  }

  /** A whole message, or nothing. @throws LineDown */
  async carry(life: Life, bytes: Buffer): Promise<Buffer> {
    const whole = this.pass(bytes.length) === bytes.length;
    await this.wait(life);
    if (whole) return bytes;
    this.break();
    throw new LineDown('cut');
  }

  async stall(life: Life): Promise<never> {
    await this.air.schedule.pause(life, STALL_MS);
    this.break();
    throw new LineDown('stalled');
  }
}

/** One way of a connection, as a stream of chunks that arrive in pieces of any length. */
export class Pipe implements AsyncIterable<Buffer> {
  readonly #waiting: Buffer[] = [];
  #end: 'open' | 'ended' | 'broken' = 'open';
  #wake: (() => void) | undefined;

  constructor(
    private readonly connection: Connection,
    /** Whoever reads; a reader that has died reads nothing more. */
    private readonly reader: Life,
  ) {
    connection.onBreak(() => this.#close('broken'));
  }

  /** @throws LineDown */
  async write(writer: Life, chunk: Buffer): Promise<void> {
    const { connection } = this;
    const { random, schedule } = connection.air;
    const passed = connection.pass(chunk.length);
    for (let at = 0; at < passed;) {
      const length = random.chance(0.2) ? 1 + random.below(passed - at) : passed - at;
      const piece = chunk.subarray(at, at + length);
      schedule.in(connection.latency, () => this.#arrive(piece));
      at += length;
    }
    if (passed < chunk.length) {
      // Some of what was in flight still arrives before the break is noticed.
      await schedule.pause(writer, random.chance(0.5) ? 0 : connection.latency + 1);
      connection.break();
      throw new LineDown('cut');
    }
    await connection.wait(writer, 1);
  }

  end(): void {
    this.connection.air.schedule.in(this.connection.latency, () => this.#close('ended'));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = this.#waiting.shift();
      if (chunk) yield chunk;
      else if (this.#end === 'ended') return;
      else if (this.#end === 'broken') throw new LineDown('broken');
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #arrive(piece: Buffer): void {
    if (this.#end !== 'open') return;
    this.#waiting.push(piece);
    this.#stir();
  }

  #close(end: 'ended' | 'broken'): void {
    if (this.#end === 'open') this.#end = end;
    this.#stir();
  }

  #stir(): void {
    if (!this.reader.alive) return;
    this.#wake?.();
    this.#wake = undefined;
  }
}
