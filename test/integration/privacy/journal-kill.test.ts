import { createSecretKey } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openJournal } from '../../../src/main/privacy/journal';
import { FIRST_PLACE } from '../../../src/main/privacy/trace-sheet';

const KEY = '11'.repeat(32);
const RUNS = 12;

it('keeps every entry that was acknowledged when its process is killed at any moment', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'preau-journal-'));
  const path = join(folder, 'poste.journal');
  try {
    for (let run = 1; run <= RUNS; run += 1) {
      const writer = spawn(
        process.execPath,
        [
          '--experimental-transform-types',
          '--no-warnings',
          '--import',
          join(import.meta.dirname, '../store/resolve-ts.mjs'),
          join(import.meta.dirname, 'journal.program.ts'),
          path,
          KEY,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let said = '';
      writer.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.length > run * 700) writer.kill('SIGKILL');
      });
      const [, signal] = (await once(writer, 'close')) as [number | null, string | null];
      expect(signal).toBe('SIGKILL');
      // A line cut by the kill was not heard by anybody.
      const heard = Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1));
      const journal = await openJournal(path, createSecretKey(Buffer.from(KEY, 'hex')), FIRST_PLACE);
      expect(journal.damaged).toBe(false);
      expect(journal.entries.length).toBeGreaterThanOrEqual(heard);
      expect(journal.entries.every(({ n }, at) => n === at + 1)).toBe(true);
      await journal.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
