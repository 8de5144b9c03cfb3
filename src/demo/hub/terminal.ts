/**
 * The hub's end of a serial line: echo, CR LF, prompt, ETX cancels, one command at a time. One terminal a
 * connection; several may share a hub, as no real cable could, so that a test can look over the driver's shoulder.
 */
import type { HubTimers, SimulatedHub } from './hub';

const ETX = 0x03;
const CR = 0x0d;
const LF = 0x0a;
const MAX_COMMAND = 256;

export class HubTerminal {
  #line = '';
  #afterCr = false;
  #cancelAnswer: (() => void) | undefined;
  readonly #endOfReboots: () => void;

  constructor(
    private readonly hub: SimulatedHub,
    private readonly timers: HubTimers,
    private readonly write: (bytes: Uint8Array) => void,
  ) {
    this.#endOfReboots = hub.onBack(() => {
      this.#print(`\r\n${this.hub.prompt}`);
    });
    this.#print(`\r\n${this.hub.prompt}`);
  }

  receive(bytes: Uint8Array): void {
    if (this.timers.now() < this.hub.silentUntil) return;
    for (const byte of bytes) this.#byte(byte);
  }

  close(): void {
    this.#endOfReboots();
    this.#cancelAnswer?.();
  }

  #byte(byte: number): void {
    const lineFeedOfCrLf = byte === LF && this.#afterCr;
    this.#afterCr = byte === CR;
    if (lineFeedOfCrLf) return;
    if (byte === ETX) {
      this.#line = '';
      if (!this.#cancelAnswer) return;
      this.#cancelAnswer();
      this.#cancelAnswer = undefined;
      this.#print(`\r\n${this.hub.prompt}`);
      return;
    }
    if (byte === CR || byte === LF) {
      const command = this.#line;
      this.#line = '';
      this.#run(command);
      return;
    }
    if (byte < 0x20 || byte > 0x7e || this.#line.length >= MAX_COMMAND) return;
    this.#line += String.fromCharCode(byte);
    this.#print(String.fromCharCode(byte));
  }

  #run(command: string): void {
    if (this.#cancelAnswer) {
      this.hub.hurried += 1;
      return;
    }
    const answer = (): void => {
      this.#cancelAnswer = undefined;
      const garbage = this.hub.takeGarbage();
      if (garbage.length > 0) this.write(garbage);
      const lines = this.hub.answer(command);
      if (this.timers.now() < this.hub.silentUntil) return;
      this.#print(`\r\n${lines.map((line) => `${line}\r\n`).join('')}${this.hub.prompt}`);
    };
    const delay = this.hub.takeDelay();
    if (delay === 0) answer();
    else this.#cancelAnswer = this.timers.after(delay, answer);
  }

  #print(text: string): void {
    this.write(Buffer.from(text, 'latin1'));
  }
}
