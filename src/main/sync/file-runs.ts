import type { Way } from '../../domain/sync/meter';
import type { PlannedRun } from '../../domain/sync/plan';
import type { Timers } from '../cart/timers';
import type { FileExchange } from '../files/file-exchange';
import type { FileRemote } from '../files/file-remote';
import type { FileAddress } from '../files/http-files';
import type { Meter } from './meter-file';
import type { Peer, SyncDeps } from './service';

/** The line as documents left it. */
export interface LineLeft {
  readonly url: string;
  readonly channel: string;
  readonly way: Extract<Way, 'line' | 'away'>;
  /** What files may still cost, in bytes; Infinity without a budget. */
  readonly bytes: number;
}

/** By day the next exchange of documents does not wait longer for a film, in milliseconds; the night has no end but its own. */
const FILES_BY_DAY_MS = 5 * 60_000;

export interface FileRuns {
  /** After the documents: from neighbours, then over the line as far as the budget goes. Never throws for a line or a disk. */
  run(planned: PlannedRun, met: readonly Peer[], line: LineLeft | undefined): Promise<void>;
  leave(): void;
}

export function createFileRuns(
  deps: SyncDeps & { readonly timers: Timers; readonly meter: Meter; readonly zone: () => string },
): FileRuns {
  const { platform, identity, state, timers } = deps;
  let leaving: AbortController | undefined;

  function remotesOf(
    remote: FileExchange['remote'],
    met: readonly Peer[],
    line: LineLeft | undefined,
    signal: AbortSignal,
  ): FileRemote[] {
    const nonceOf = (channel: string): Pick<FileAddress, 'nonce'> => ({ nonce: state.get().nonces[channel] });
    const near = met.map(({ poste, address, audiences, carries }) =>
      remote(
        {
          id: poste,
          kind: 'lan',
          keeps: carries,
          reads: (audience) => !carries && audiences.has(audience),
          url: address.url,
          channel: address.channel,
          tls: address.tls,
          signal,
          ...nonceOf(address.channel),
        },
        identity,
      ),
    );
    if (!line || line.bytes === 0) return near;
    const { url, channel } = line;
    const far: FileAddress = { id: channel, kind: 'line', reads: () => false, url, channel, signal };
    return [...near, remote({ ...far, ...nonceOf(channel) }, identity)];
  }

  return {
    leave: () => leaving?.abort(),
    async run(planned, met, line) {
      const { files } = deps;
      if (!files || (met.length === 0 && !line)) return;
      leaving = new AbortController();
      const cancel =
        planned.moment === 'night' ? () => undefined : timers.after(FILES_BY_DAY_MS, () => leaving?.abort());
      const remotes = remotesOf(files.remote, met, line, leaving.signal);
      try {
        const done = await files.run({ lineBytes: line?.bytes ?? 0, remotes, signal: leaving.signal });
        const { lineBytes, lanBytes, lanSent, wrong, stopped } = done;
        const held = await files.waiting();
        await state.change({
          files: {
            waiting: held.files,
            bytes: held.bytes,
            wrong: wrong.length,
            ...(stopped ? { stopped } : {}),
          },
        });
        const count = (way: Way, up: number, down: number): Promise<void> =>
          deps.meter.add(platform.clock(), deps.zone(), way, { up, down, sent: 0, received: 0, runs: 0 });
        if (line) await count(line.way, lineBytes.up, lineBytes.down);
        if (lanBytes + lanSent > 0) await count('lan', lanSent, lanBytes);
      } catch (error) {
        // Documents went through: a damaged file is a fault of its own.
        platform.log.error('files.failed', { error: error instanceof Error ? error.name : 'unknown' });
      } finally {
        cancel();
        for (const one of remotes) one.close();
      }
    },
  };
}
