import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Command, Word } from './messages';

/** A program of this folder, started again and again over the same arguments. */
export class Victim {
  #child: ChildProcess | undefined;
  #waiting: { readonly kind: Word['kind']; readonly resolve: (word: Word) => void }[] = [];
  port = 0;
  code = '';

  /** @param root of the project; @param heard everything it says */
  constructor(
    private readonly root: string,
    readonly name: string,
    private readonly program: string,
    private readonly args: readonly string[],
    private readonly heard: (word: Word) => void,
  ) {}

  async start(): Promise<void> {
    const here = join(this.root, 'test', 'faults');
    const flags = [
      '--no-warnings',
      '--experimental-transform-types',
      '--import',
      join(here, 'resolve-ts.mjs'),
    ];
    const child = spawn(process.execPath, [...flags, join(here, 'torture', this.program), ...this.args], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    this.#child = child;
    const ready = this.next('ready');
    child.on('message', (message) => {
      // Written by our own programs beside this file.
      const word = message as Word;
      this.heard(word);
      const at = this.#waiting.findIndex(({ kind }) => kind === word.kind);
      if (at >= 0) this.#waiting.splice(at, 1)[0]?.resolve(word);
    });
    const ended = new Promise<never>((_, reject) =>
      child.once('exit', (code, signal) =>
        reject(new Error(`${this.name} ended: ${signal ?? String(code)}`)),
      ),
    );
    ended.catch(() => undefined);
    const word = await Promise.race([ready, ended]);
    if (word.kind === 'ready') [this.port, this.code] = [word.port, word.code ?? ''];
  }

  tell(command: Command): void {
    this.#child?.send(command, () => undefined);
  }

  /** The next word of that kind. A process that is killed says nothing more. */
  next<K extends Word['kind']>(kind: K): Promise<Extract<Word, { kind: K }>> {
    return new Promise((resolve) => {
      this.#waiting.push({ kind, resolve: (word) => resolve(word as Extract<Word, { kind: K }>) });
    });
  }

  ask<K extends Word['kind']>(command: Command, kind: K): Promise<Extract<Word, { kind: K }>> {
    const answer = this.next(kind);
    this.tell(command);
    return answer;
  }

  /** SIGKILL: nothing is closed, nothing is flushed that was not. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#waiting = [];
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
}
