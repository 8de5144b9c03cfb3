import { filesNamed } from '../../domain/files/named';
import type { LocalDay } from '../../domain/retention';
import type { Clock } from '../../domain/time';
import type { Store } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import type { FileStore } from '../files/port';

/** A document that names a file may be on its way for a whole holiday and more; a year's late parcels have as long. */
const WAIT_MS = 120 * 86_400_000;
const PAGE = 2000;

/**
 * Gives back the files that no document names any more. A base that is locked may name some: then nothing goes. The wait is
 * counted from the horizon or from this clock, whichever is earlier: a clock that went astray deletes nothing.
 */
export async function collectNamed(deps: {
  readonly store: Store;
  readonly keyring: Pick<Keyring, 'audiences' | 'has'>;
  readonly files: Pick<FileStore, 'collect'>;
  readonly clock: Clock;
  readonly horizon: () => LocalDay | undefined;
}): Promise<void> {
  const horizon = deps.horizon();
  const names = deps.keyring.audiences();
  if (horizon === undefined || !names.every((name) => deps.keyring.has(name))) return;
  const keep = new Set<string>();
  for (const name of names) {
    const db = await deps.store.open(name);
    for (let seq = 0; ;) {
      const page = await db.changesSince(seq, PAGE);
      for (const { deleted, record } of page)
        if (!deleted) for (const { sha256 } of filesNamed(record.body)) keep.add(sha256);
      const last = page.at(-1);
      if (!last || page.length < PAGE) break;
      seq = last.seq;
    }
  }
  await deps.files.collect(keep, Math.min(Date.parse(horizon), deps.clock()) - WAIT_MS);
}
