import type { LocalDay } from '../../domain/retention';
import type { Clock } from '../../domain/time';
import type { Keyring } from '../../store/port-keys';
import type { FileExchange } from '../files/file-exchange';

/** A document that names a file may be on its way for a whole holiday and more; a year's late parcels have as long. */
export const FILES_WAIT_MS = 120 * 86_400_000;

/**
 * Gives back the files that no document names any more. A base that is locked may name some: then nothing goes. The wait is
 * counted from the horizon or from this clock, whichever is earlier: a clock that went astray deletes nothing.
 */
export async function collectNamed(deps: {
  readonly keyring: Pick<Keyring, 'audiences' | 'has'>;
  readonly files: Pick<FileExchange, 'collect'>;
  readonly clock: Clock;
  readonly horizon: () => LocalDay | undefined;
}): Promise<void> {
  const horizon = deps.horizon();
  const names = deps.keyring.audiences();
  if (horizon === undefined || !names.every((name) => deps.keyring.has(name))) return;
  await deps.files.collect(Math.min(Date.parse(horizon), deps.clock()) - FILES_WAIT_MS, names);
}
