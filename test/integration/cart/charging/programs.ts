/** Programs of these tests, run as plain Node processes from the sources. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const FLAGS = [
  '--experimental-transform-types',
  '--no-warnings',
  '--import',
  join(import.meta.dirname, '../../store/resolve-ts.mjs'),
];
export const programOf = (file: string): { command: string; args: string[] } => ({
  command: process.execPath,
  args: [...FLAGS, join(import.meta.dirname, file)],
});

/** A program that says one JSON object a line, and is killed rather than asked. */
export class Program {
  readonly child: ChildProcess;
  readonly said: unknown[] = [];
  #listeners = new Set<() => void>();

  constructor(file: string, args: readonly string[]) {
    const { command, args: flags } = programOf(file);
    this.child = spawn(command, [...flags, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    this.child.stdout?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) this.said.push(JSON.parse(line));
      for (const tell of this.#listeners) tell();
    });
  }

  /** Resolves with the first thing said that fits. @throws Error when the program ends before */
  until<T>(fits: (said: unknown) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      this.child.once('close', () => {
        reject(new Error(`the program ended; it said ${JSON.stringify(this.said.slice(-3))}`));
      });
      const look = (): void => {
        for (const one of this.said) {
          const found = fits(one);
          if (found === undefined) continue;
          this.#listeners.delete(look);
          resolve(found);
          return;
        }
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** One line. */
  tell(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
  }
}
