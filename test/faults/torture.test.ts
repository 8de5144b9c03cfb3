import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { torture } from './torture/torture';

/** The bench `sync-faults` makes twenty rounds. */
const ROUNDS = 2;

it('survives SIGKILL at random moments, a line that is cut and a disk that is full, in real processes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'preau-torture-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const root = join(import.meta.dirname, '..', '..');
  const result = await torture({ root, folder, rounds: ROUNDS, say: (line) => void console.log(line) });
  if (result.skipped) console.log(`The full disk was not tried: ${result.skipped}`);
  expect(result.wrong).toEqual([]);
  expect(result.kills).toBeGreaterThanOrEqual(ROUNDS * 3);
  expect(result.acknowledged).toBeGreaterThan(20);
}, 600_000);
