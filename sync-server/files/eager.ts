import type { Readable } from 'node:stream';

/** Bytes held for a slower reader, before the sender has to wait. */
const HOLD_BYTES = 1024 * 1024;

/**
 * A body read as fast as it arrives: what had come when the connection broke is still handed on, and the break told after it. (A
 * stream that is destroyed forgets what nobody had read; on a thin line those bytes were dear.)
 */
export async function* eager(source: Readable, count?: (bytes: number) => void): AsyncGenerator<Buffer> {
  const queue: Buffer[] = [];
  let held = 0;
  let end: { readonly error?: Error } | undefined;
  let wake: (() => void) | undefined;
  const tell = (): void => wake?.();
  source.on('data', (chunk: Buffer) => {
    queue.push(chunk);
    held += chunk.length;
    count?.(chunk.length);
    if (held > HOLD_BYTES) source.pause();
    tell();
  });
  source.once('end', () => {
    end ??= {};
    tell();
  });
  source.once('error', (error: Error) => {
    end ??= { error };
    tell();
  });
  source.once('close', () => {
    end ??= { error: new Error('cut') };
    tell();
  });
  for (;;) {
    for (let chunk = queue.shift(); chunk; chunk = queue.shift()) {
      held -= chunk.length;
      yield chunk;
    }
    if (source.isPaused()) source.resume();
    if (end?.error) throw end.error;
    if (end) return;
    await new Promise<void>((resolve) => (wake = resolve));
  }
}
