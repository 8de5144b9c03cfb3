import { truncate, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Head, Parcel } from '../../src/exchange';
import { ParcelLog } from '../../src/main/sync/parcel-log';
import { CHAIN, LOG_KEY, parcelAfter, WHERE } from '../integration/sync/log-chain';
import { temporaryFolder } from '../integration/store/support';
import { smallDisk } from './torture/small-disk';

const PAGE = 4096;
const headIn = async (log: ParcelLog): Promise<Head | undefined> => (await log.heads(WHERE)).get(CHAIN);

async function handedOut(log: ParcelLog): Promise<number> {
  let count = 0;
  for await (const bytes of log.after(WHERE, CHAIN, 0)) if (bytes.length > 0) count += 1;
  return count;
}

it('keeps a parcel whole or says that the disk is full, also where a part of it would have fitted', async (context) => {
  const disk = await smallDisk(join(await temporaryFolder(), 'disk'), await temporaryFolder(), 3);
  if (typeof disk === 'string') return context.skip(disk);
  onTestFinished(disk.unmount);
  const log = await ParcelLog.open(disk.folder, LOG_KEY);
  let kept: Parcel | undefined;
  let refused = 0;
  for (let at = 1; at <= 40; at++) {
    const next = parcelAfter(kept && { to: kept.header.to, hash: kept.hash });
    // Some pages are left: the system writes what fits, and says how much that was.
    if (at % 2 === 0) {
      await disk.fill();
      await truncate(disk.ballast, (await stat(disk.ballast)).size - PAGE * (at % 6));
    }
    const failure: unknown = await log.keep(next, true).catch((error: unknown) => error);
    if (failure === undefined) kept = next;
    else {
      refused += 1;
      expect(failure).toMatchObject({ code: 'DISK_FULL' });
      expect((await headIn(log))?.hash).toBe(kept?.hash);
    }
    await disk.empty();
  }
  expect(refused).toBeGreaterThan(5);
  expect(await handedOut(log)).toBe(kept?.header.to);
  await log.close();
  const again = await ParcelLog.open(disk.folder, LOG_KEY);
  expect((await headIn(again))?.hash).toBe(kept?.hash);
  expect(await handedOut(again)).toBe(kept?.header.to);
  await again.close();
}, 120_000);
