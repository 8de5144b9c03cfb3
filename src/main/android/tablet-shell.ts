import type { AdbServerClient } from '@yume-chan/adb';
import { openService, runOnTablet } from './link';
import type { AndroidLimits } from './limits';
import { commandLine } from './shell';

/** One tablet's shell: each command has a deadline, and what it prints has an end. */
export interface TabletShell {
  readonly link: string;
  /** @throws Unanswered; TabletGone; RangeError for a word that is none */
  run(words: readonly string[], wait?: keyof AndroidLimits): Promise<string>;
  /** A line written here, in which nothing comes from anybody. */
  pipe(line: string, wait?: keyof AndroidLimits): Promise<string>;
  /** A service with a stream of its own: `sync:`, `exec:…`. The caller closes it. */
  open(service: string): ReturnType<typeof openService>;
}

export function tabletShell(
  client: AdbServerClient,
  link: string,
  limits: AndroidLimits,
  signal?: AbortSignal,
): TabletShell {
  const ask = (line: string, wait: keyof AndroidLimits = 'answerMs'): Promise<string> =>
    runOnTablet(client, link, line, limits, wait, signal);
  return {
    link,
    run: async (words, wait) => ask(commandLine(...words), wait),
    pipe: ask,
    open: (service) => openService(client, link, service, limits, signal),
  };
}
