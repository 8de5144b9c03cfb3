import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ParcelLog } from '../../../src/main/sync/parcel-log';
import { readParcel, type Head } from '../../../src/exchange';
import { seeded } from '../../bench/corpus';
import { temporaryFolder } from '../store/support';
import { CHAIN, LOG_KEY, parcelAfter, WHERE } from './log-chain';

const RUNS = 12;

async function killAfter(folder: string, lines: number): Promise<string[]> {
  const here = import.meta.dirname;
  const hooks = join(here, '..', '..', 'faults', 'resolve-ts.mjs');
  const program = spawn(
    process.execPath,
    [
      '--no-warnings',
      '--experimental-transform-types',
      '--import',
      hooks,
      join(here, 'parcel-log.program.ts'),
      folder,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  program.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    // Wherever it is: in a record, between two, in the file that takes the place of the old one.
    if (said.split('\n').length > lines) program.kill('SIGKILL');
  });
  const [code, signal] = (await once(program, 'close')) as [number | null, string | null];
  expect([code, signal]).toEqual([null, 'SIGKILL']);
  return said.slice(0, said.lastIndexOf('\n')).split('\n');
}

it('keeps every parcel it promised to keep, and the chain whole, when it is killed at any moment', async () => {
  const folder = await temporaryFolder();
  const random = seeded(Number(process.env['SEED'] ?? 1));
  let [kept, covered, applied] = [0, 0, new Set<number>()];
  for (let run = 1; run <= RUNS; run++) {
    for (const line of await killAfter(folder, 1 + Math.floor(random() * 60))) {
      const [what, at] = line.split(' ');
      if (what === 'keep') kept = Math.max(kept, Number(at));
      if (what === 'cover') covered = Math.max(covered, Number(at));
      if (what === 'applied') applied.add(Number(at));
    }
    const log = await ParcelLog.open(folder, LOG_KEY);
    const head = (await log.heads(WHERE)).get(CHAIN);
    expect(head?.to, `run ${run}`).toBeGreaterThanOrEqual(kept);

    let first: Head | undefined;
    let last: Head | undefined;
    for await (const bytes of log.after(WHERE, CHAIN, 0)) {
      const parcel = readParcel(bytes);
      if (typeof parcel === 'string') throw new Error(parcel);
      const { from, to, previous } = parcel.header;
      if (last) expect([from, previous]).toEqual([last.to + 1, last.hash]);
      else first = { to: from - 1, hash: previous ?? '' };
      expect(bytes).toEqual(parcelAfter(from === 1 ? undefined : (last ?? first)).bytes);
      last = { to, hash: parcel.hash };
    }
    // What stands behind the last promise may have gone on by one step, never by more, never back.
    expect(last).toEqual(head);
    expect(first?.to).toBeGreaterThanOrEqual(covered);
    expect(first?.to).toBeLessThan(kept);
    const waiting = (await log.unapplied(WHERE)).map((bytes) => {
      const parcel = readParcel(bytes);
      return typeof parcel === 'string' ? parcel : parcel.header.from;
    });
    for (const from of waiting) expect([Number(from) % 3, applied.has(Number(from))]).toEqual([0, false]);
    expect(await readdir(folder)).toEqual([`${WHERE}.log`]);
    await log.close();
    applied = new Set([...applied].filter((from) => from > covered));
  }
  console.log(`${RUNS} kills, ${kept} parcels kept, covered up to ${covered}`);
}, 240_000);
