import type { AdbServerClient } from '@yume-chan/adb';
import type { CheckedApk } from './apk';
import { installOnTablet, type InstallOutcome, type InstallStep } from './install-one';
import type { AndroidLimits } from './limits';

/**
 * How many tablets receive the file at the same time. A cart's hub shares one USB link: with three the link is full
 * (three at 20 MB/s against the 35 MB/s of a hub), and a fourth only makes every one of them slower. A tablet that
 * installs gives its place to the next one.
 */
export const SENDING_AT_ONCE = 3;

export interface InstallOptions {
  /** Names adb gives to the tablets; one twice is one. */
  readonly links: readonly string[];
  readonly apk: CheckedApk;
  readonly keepAt?: string;
  readonly report: (link: string, step: InstallStep) => void;
  readonly signal: AbortSignal;
  readonly closing?: AbortSignal;
  readonly sendingAtOnce?: number;
  readonly limits?: AndroidLimits;
}

/** Turns given in the order asked, at most `size` at once. */
export function turns(size: number): () => Promise<() => void> {
  let free = size;
  const queue: (() => void)[] = [];
  const end = () => {
    const next = queue.shift();
    if (next) next();
    else free += 1;
  };
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      end();
    };
  };
}

/**
 * Installs on every tablet; each ends with its own outcome and none waits for another's failure. Never throws.
 * @returns one outcome a link
 */
export async function installOnMany(
  client: AdbServerClient,
  options: InstallOptions,
): Promise<ReadonlyMap<string, InstallOutcome>> {
  const { apk, keepAt, report, signal, closing, limits } = options;
  const turn = turns(options.sendingAtOnce ?? SENDING_AT_ONCE);
  const links = [...new Set(options.links)];
  for (const link of links) report(link, { step: 'waiting' });
  const outcomes = await Promise.all(
    links.map(async (link) => {
      const outcome = await installOnTablet(client, link, {
        apk,
        ...(keepAt !== undefined && { keepAt }),
        signal,
        turn,
        report: (step) => {
          report(link, step);
        },
        ...(closing ? { closing } : {}),
        ...(limits ? { limits } : {}),
      });
      report(link, outcome);
      return [link, outcome] as const;
    }),
  );
  return new Map(outcomes);
}
