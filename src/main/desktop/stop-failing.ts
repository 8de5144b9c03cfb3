import { app, dialog } from 'electron';
import { fatalSentence, words } from './words';

/** A start that failed is said in a window, and in the terminal for whoever is to help. */
export function stopFailing(error: unknown): void {
  const code = error instanceof HostFailure ? error.code : 'other';
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  dialog.showErrorBox(words('fatal.title'), fatalSentence(code));
  app.exit(1);
}

/** The host cannot go on; `code` is one of the contract's, or `CRASHED`. */
export class HostFailure extends Error {
  override readonly name = 'HostFailure';
  constructor(readonly code: string) {
    super(`The host cannot go on: ${code}`);
  }
}
