import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ChainName, Head } from '../../exchange';
import { syncDirectory } from '../../store/atomic-file';
import { writeWhole } from '../../store/write-whole';
import {
  baseRecord,
  chainIn,
  emptyIndex,
  enter,
  readAt,
  recordLength,
  withFile,
  type Draft,
  type Index,
  type Kept,
  type Sealed,
} from './parcel-log-file';

/**
 * A file of parcels without what a snapshot covers: written beside the old one, then put in its place, so that a crash
 * leaves one or the other whole. Holds one parcel in memory at a time.
 * @returns where everything lies now
 * @throws PreauError `DISK_FULL`; the old file stands
 */
export async function rewriteLog(work: {
  readonly path: string;
  readonly seal: (draft: Draft) => Sealed;
  readonly index: Index;
  readonly isCovered: (chain: string, kept: Kept) => boolean;
  /** Where chains stand that a snapshot moved. */
  readonly bases: ReadonlyMap<string, Head>;
  /** Chains that go whole. */
  readonly dropped: readonly string[];
}): Promise<Index> {
  const { path, index, bases } = work;
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  const next = emptyIndex();
  try {
    await withFile(path, (from) =>
      withFile(draft, async (to) => {
        const add = async (record: Draft): Promise<void> => {
          const { meta, bytes, ...lengths } = work.seal(record);
          await writeWhole(to, bytes, next.size);
          enter(next, meta, { start: next.size, ...lengths });
        };
        const copy = async (name: string, kept: Kept): Promise<void> => {
          const bytes = await readAt(from, kept.start, recordLength(kept));
          await writeWhole(to, bytes, next.size);
          chainIn(next, name).parcels.push({ ...kept, start: next.size, applied: kept.written });
          next.size += bytes.length;
          const meta = { k: 'a', chain: name as ChainName, from: kept.from } as const;
          if (kept.applied && !kept.written) await add({ meta, content: Buffer.alloc(0) });
        };
        for (const [name, { base, parcels }] of index.chains) {
          if (work.dropped.includes(name)) continue;
          const moved = bases.get(name) ?? base;
          if (moved) await add(baseRecord([name, moved]));
          for (const kept of parcels) if (!work.isCovered(name, kept)) await copy(name, kept);
        }
        for (const one of bases) if (!index.chains.has(one[0])) await add(baseRecord(one));
        await to.sync();
      }),
    );
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
  return next;
}
