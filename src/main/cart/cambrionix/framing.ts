/**
 * Bytes to replies. Reply lines end CR LF, the reply ends with a prompt `>>` (`boot>>` in boot mode) that no line end
 * follows (peers-classroom-fleet C.2). Whatever arrives, memory stays bounded: a wire full of noise is a normal day.
 */

/** The longest true line is the `id` answer, about 120 characters. */
export const MAX_LINE_LENGTH = 512;
/** `help` is the longest true reply, well under a hundred lines. */
export const MAX_REPLY_LINES = 256;

export interface Reply {
  readonly lines: readonly string[];
  readonly boot: boolean;
  /**
   * Something was dropped: a line that was too long or held bytes outside printable ASCII (what is left of `12, 0998, …` without its
   * first byte is a true row of port 2), or too many lines.
   */
  readonly damaged: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const TAB = 0x09;
const ESC = 0x1b;
/** NUL, ETX (an echoed cancel), bell and backspace: a terminal's manners, not noise. */
const SILENT = new Set([0x00, 0x03, 0x07, 0x08]);

/** Cursor and colour sequences: the hub calls itself an ANSI terminal. */
const ANSI = /\u001b\[[0-9;?]{0,16}[A-Za-z]/g;

/** Feed it chunks cut anywhere; it calls back once a prompt. */
export class ReplyFramer {
  #line = '';
  #lines: string[] = [];
  #damaged = false;
  #lineDamaged = false;

  constructor(private readonly onReply: (reply: Reply) => void) {}

  /** Characters held at this moment; for the tests that watch memory. */
  get held(): number {
    return this.#line.length + this.#lines.reduce((sum, line) => sum + line.length, 0);
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) this.#byte(byte);
  }

  /** Forgets what has come so far: after a time-out, what is left of a late answer is no answer. */
  reset(): void {
    this.#line = '';
    this.#lines = [];
    this.#damaged = false;
    this.#lineDamaged = false;
  }

  #byte(byte: number): void {
    if (byte === LF || byte === CR) {
      this.#endLine();
      return;
    }
    if (SILENT.has(byte)) return;
    if ((byte < 0x20 && byte !== TAB && byte !== ESC) || byte > 0x7e) {
      this.#drop();
      return;
    }
    if (this.#line.length >= MAX_LINE_LENGTH) {
      this.#drop();
      return;
    }
    this.#line += String.fromCharCode(byte);
    if (byte === 0x3e) this.#maybePrompt();
  }

  #maybePrompt(): void {
    const text = this.#line.replace(ANSI, '').trim().toLowerCase();
    if (text !== '>>' && text !== 'boot>>') return;
    const reply = { lines: this.#lines, boot: text === 'boot>>', damaged: this.#damaged };
    this.reset();
    this.onReply(reply);
  }

  #drop(): void {
    this.#damaged = true;
    this.#lineDamaged = true;
  }

  #endLine(): void {
    const text = this.#lineDamaged ? '' : this.#line.replace(ANSI, '').trim();
    this.#line = '';
    this.#lineDamaged = false;
    if (text === '') return;
    if (this.#lines.length >= MAX_REPLY_LINES) {
      this.#damaged = true;
      return;
    }
    this.#lines.push(text);
  }
}
