import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../domain/time';
import type { Disposable, LogFields, Logger } from '../capability';

/**
 * JSON lines in `<data>/logs/`, one file a start. Fields are ids, codes and numbers: a technician may read and send
 * this file. Names, texts and addresses of people never enter it.
 */
export function createFileLogger(dataFolder: string, clock: Clock): Logger & Disposable {
  const folder = join(dataFolder, 'logs');
  mkdirSync(folder, { recursive: true });
  const stream = createWriteStream(join(folder, `${new Date(clock()).toISOString().slice(0, 10)}.jsonl`), {
    flags: 'a',
  });
  // A full disk must not bring the lesson down with the log.
  stream.on('error', () => undefined);
  const write = (level: string, event: string, fields: LogFields = {}): void => {
    stream.write(`${JSON.stringify({ at: new Date(clock()).toISOString(), level, event, ...fields })}\n`);
  };
  return {
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}

/** For tests and tools that have no folder. */
export const silentLogger: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
