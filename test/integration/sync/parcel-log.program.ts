/**
 * Keeps parcels and lets covered ones go without a pause until it is killed: `node … parcel-log.program.ts <folder>`.
 * After each promise that was kept a line on standard output: `keep <to>`, `cover <to>`, `applied <from>`.
 */
import { writeSync } from 'node:fs';
import type { Head } from '../../../src/exchange';
import { ParcelLog } from '../../../src/main/sync/parcel-log';
import { CHAIN, LOG_KEY, parcelAfter, WHERE } from './log-chain';

const [, , folder = ''] = process.argv;
const log = await ParcelLog.open(folder, LOG_KEY);
const say = (what: string, at: number): void => void writeSync(1, `${what} ${at}\n`);
const recent: Head[] = [];

for (;;) {
  const parcel = parcelAfter((await log.heads(WHERE)).get(CHAIN));
  const { from, to } = parcel.header;
  await log.keep(parcel, to % 3 !== 0);
  say('keep', to);
  recent.push({ to, hash: parcel.hash });
  if (to % 6 === 0) {
    await log.markApplied(parcel);
    say('applied', from);
  }
  if (recent.length < 9) continue;
  // All but the last few go, as after a snapshot.
  const [covered] = recent.splice(0, 6).slice(-1);
  if (!covered) continue;
  await log.cover(WHERE, new Map([[CHAIN, covered]]), []);
  say('cover', covered.to);
}
