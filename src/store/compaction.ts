import { promisify } from 'node:util';
import type { Operation } from 'abstract-leveldown';
import type { EncryptedLevelDown } from './encrypted-leveldown';
import { storageError } from './storage-errors';

/** Before and after every key of PouchDB's. */
const FIRST = Buffer.from('\u0000');
const LAST = Buffer.of(0xff);
/** The day of the last sweep that was carried through to the files. */
const SWEPT = '\u0000preau-swept';

/**
 * Rewrites a LevelDB's tables without what was overwritten or deleted. Twice: the first pass brings memory to a table, which
 * LevelDB may put below all others, where a compaction by range does not look at it any more (`DBImpl::CompactRange` merges
 * each level into the next, and the deepest into none). A new table that spans every key, above it, makes it.
 */
export async function compactWhole(level: EncryptedLevelDown): Promise<void> {
  const compact = promisify((done: (error?: Error | null) => void) =>
    level.inner.compactRange(FIRST, LAST, done),
  );
  const edges = [FIRST, LAST].map((key): Operation => ({ type: 'put', key, value: '1' }));
  try {
    await compact();
    await write(level, edges);
    await compact();
  } catch (error) {
    throw storageError(error);
  }
}

/** The day, `YYYY-MM-DD`, noted by `noteSweep`; undefined before there was one. */
export function lastSweep(level: EncryptedLevelDown): Promise<string | undefined> {
  return new Promise((resolve) => {
    level.inner.get(SWEPT, { asBuffer: true }, (_, value) => resolve(value?.toString()));
  });
}

export function noteSweep(level: EncryptedLevelDown, day: string): Promise<void> {
  return write(level, [{ type: 'put', key: SWEPT, value: day }]);
}

const write = (level: EncryptedLevelDown, operations: readonly Operation[]): Promise<void> =>
  promisify((done: (error?: Error | null) => void) => level.write(operations, { sync: true }, done))();
