/**
 * One conversation with a hub: one command in flight, its reply ends with a prompt, and every command gets exactly one
 * outcome whatever the line does. "Sending early can hang the hub until a power cycle" (peers-classroom-fleet C.2): a
 * command leaves only after a prompt and a moment of silence.
 */
import { ReplyFramer } from './framing';
import { parseError } from './replies';
import type { ByteStream } from '../sources/byte-stream';
import type { Timers } from '../timers';
import type { Reply } from './framing';
import type { HubError } from './replies';

/** A real hub answers `state` in some tens of milliseconds; a busy one has this long. */
export const COMMAND_TIMEOUT_MS = 3_000;
/** After a time-out the late answer gets this much more before the command is cancelled. */
export const LATE_ANSWER_MS = 3_000;
/** At the opening a hub that has just been plugged prints its prompt by itself; an older one says nothing. */
export const FIRST_PROMPT_MS = 400;
/** Silence after a prompt that means "nothing more is coming". */
export const QUIET_MS = 80;
/** Between two nudges (ETX, CR LF) at a hub that gives no prompt. */
export const NUDGE_EVERY_MS = 2_000;
export const MAX_NUDGES = 4;
/** A line that never falls silent is no hub. */
export const MAX_NOISE_MS = 15_000;
/** More commands waiting than this are refused at once. */
export const MAX_WAITING = 16;

const CR_LF = '\r\n';
const ETX = '\u0003';

export type CommandOutcome =
  | {
      readonly ok: true;
      readonly lines: readonly string[];
      readonly boot: boolean;
      /** Something of the answer was lost; it may have been a refusal. */
      readonly damaged: boolean;
    }
  | { readonly ok: false; readonly why: 'refused'; readonly error: HubError }
  | { readonly ok: false; readonly why: 'timeout' | 'closed' | 'busy' };

interface Waiting {
  readonly text: string;
  readonly timeoutMs: number;
  readonly settle: (outcome: CommandOutcome) => void;
}

export class HubSession {
  #state: 'synchronising' | 'idle' | 'inFlight' | 'closed' = 'idle';
  #waiting: Waiting[] = [];
  #current: Waiting | undefined;
  #promptSeen = false;
  #nudges = 0;
  #noiseSince = 0;
  #cancelTimer: () => void = () => undefined;
  readonly #framer = new ReplyFramer((reply) => {
    this.#onReply(reply);
  });

  constructor(
    private readonly stream: ByteStream,
    private readonly timers: Timers,
    /** Why the session ended; called once. */
    private readonly onEnd: (why: string) => void,
  ) {
    stream.onData((bytes) => {
      this.#onBytes(bytes);
    });
    this.#synchronise(FIRST_PROMPT_MS);
    stream.onClose((why) => {
      this.#end(why);
    });
  }

  /** Characters held in memory; for the tests that feed noise. */
  get held(): number {
    return this.#framer.held;
  }

  /** Always resolves. `refused` is the hub's own word (`*E422`), the others are the line's. */
  command(text: string, timeoutMs: number = COMMAND_TIMEOUT_MS): Promise<CommandOutcome> {
    if (this.#state === 'closed') return Promise.resolve({ ok: false, why: 'closed' });
    if (this.#waiting.length >= MAX_WAITING) return Promise.resolve({ ok: false, why: 'busy' });
    return new Promise((settle) => {
      this.#waiting.push({ text, timeoutMs, settle });
      this.#sendNext();
    });
  }

  /** The last answer made no sense: wait for silence and a prompt before the next command. */
  resynchronise(): void {
    if (this.#state === 'idle') this.#synchronise(FIRST_PROMPT_MS);
  }

  close(): void {
    this.stream.close();
    this.#end('closed');
  }

  #sendNext(): void {
    if (this.#state !== 'idle') return;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#state = 'inFlight';
    this.#current = next;
    this.#framer.reset();
    this.#timer(next.timeoutMs, () => {
      this.#settle({ ok: false, why: 'timeout' });
      this.#synchronise(LATE_ANSWER_MS);
    });
    this.#write(next.text + CR_LF);
  }

  #onBytes(bytes: Uint8Array): void {
    if (this.#state === 'closed') return;
    this.#framer.push(bytes);
    if (this.#state === 'synchronising') this.#awaitQuiet();
  }

  #onReply(reply: Reply): void {
    if (this.#state === 'synchronising') this.#promptSeen = true;
    const current = this.#current;
    if (this.#state !== 'inFlight' || !current) return;
    const [first] = reply.lines;
    const lines = first?.toLowerCase() === current.text.toLowerCase() ? reply.lines.slice(1) : reply.lines;
    const error = lines.map(parseError).find((one) => one !== undefined);
    const { boot, damaged } = reply;
    this.#settle(error ? { ok: false, why: 'refused', error } : { ok: true, lines, boot, damaged });
    if (reply.damaged) {
      // Noise may have held a prompt of its own: what follows could be the rest of this answer.
      this.#synchronise(FIRST_PROMPT_MS);
      this.#promptSeen = true;
      this.#awaitQuiet();
      return;
    }
    this.#cancelTimer();
    this.#state = 'idle';
    this.#sendNext();
  }

  #settle(outcome: CommandOutcome): void {
    const current = this.#current;
    this.#current = undefined;
    current?.settle(outcome);
  }

  #synchronise(firstWaitMs: number): void {
    if (this.#state === 'closed') return;
    this.#state = 'synchronising';
    this.#promptSeen = false;
    this.#nudges = 0;
    this.#noiseSince = this.timers.now();
    this.#framer.reset();
    this.#timer(firstWaitMs, () => {
      this.#nudge();
    });
  }

  #awaitQuiet(): void {
    if (this.timers.now() - this.#noiseSince > MAX_NOISE_MS) {
      this.stream.close();
      this.#end('noise');
      return;
    }
    if (!this.#promptSeen) return;
    this.#timer(QUIET_MS, () => {
      this.#framer.reset();
      this.#state = 'idle';
      this.#sendNext();
    });
  }

  #nudge(): void {
    if (this.#nudges >= MAX_NUDGES) {
      this.stream.close();
      this.#end('silent');
      return;
    }
    this.#nudges += 1;
    this.#framer.reset();
    this.#timer(NUDGE_EVERY_MS, () => {
      this.#nudge();
    });
    this.#write(ETX + CR_LF);
  }

  /** One timer at a time: each state waits for one thing. */
  #timer(ms: number, run: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.timers.after(ms, run);
  }

  #write(text: string): void {
    this.stream.write(Buffer.from(text, 'latin1'));
  }

  #end(why: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#cancelTimer();
    this.#settle({ ok: false, why: 'closed' });
    for (const one of this.#waiting.splice(0)) one.settle({ ok: false, why: 'closed' });
    this.onEnd(why);
  }
}
