import { stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { note, openStore, temporaryFolder } from '../integration/store/support';
import { smallDisk } from './torture/small-disk';

const PAGE = 4096;

it('loses nothing that was acknowledged after a sweep, a compaction or an opening met a full disk', async (context) => {
  const disk = await smallDisk(join(await temporaryFolder(), 'disk'), await temporaryFolder(), 3);
  if (typeof disk === 'string') return context.skip(disk);
  onTestFinished(disk.unmount);
  const kept: string[] = [];
  const failures: unknown[] = [];
  let [store, last] = [await openStore(disk.folder), 0];
  onTestFinished(() => store.close());
  for (let at = 1; at <= 40; at++) {
    await disk.fill();
    await truncate(disk.ballast, (await stat(disk.ballast)).size - PAGE * (at % 7));
    const day = `2026-11-${String((at % 28) + 1).padStart(2, '0')}`;
    await store
      .open('parc')
      .then((db) => db.expire(day))
      .catch((error: unknown) => failures.push(error));
    await disk.empty();
    const db = await store.open('parc');
    for (let n = 0; n < 3; n++)
      kept.push((await db.put(note('x'.repeat(at * 40), { _id: `plan_${at}_${n}` }))).body._id);
    expect(db.lastSeq).toBeGreaterThan(last);
    last = db.lastSeq;
    if (at % 3 === 0) {
      await store.close();
      if (at % 2 === 0) await disk.fill();
      store = await openStore(disk.folder);
      await store.open('parc').catch((error: unknown) => failures.push(error));
      await disk.empty();
      const again = await store.open('parc');
      expect(again.lastSeq).toBe(last);
      expect(kept.filter((id) => !again.get(id))).toEqual([]);
    }
  }
  for (const failure of failures) expect(failure).toMatchObject({ code: 'DISK_FULL' });
  expect(failures.length).toBeGreaterThan(5);
}, 120_000);
