import { once } from 'node:events';
import { expect, it } from 'vitest';
import { DataFolder } from '../../../src/store/data-folder';
import { seeded } from '../../bench/corpus';
import { openStore, startProgram, temporaryFolder } from './support';

const RUNS = 20;

/** Kills the writer after so many acknowledged bytes; what it said until then. */
async function killAfter(folder: string, run: number, bytes: number): Promise<string> {
  const writer = startProgram('writer.program.ts', [folder, String(run)]);
  let said = '';
  writer.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    // Wherever it is: in a batch, between two, in LevelDB's compaction.
    if (said.length >= bytes) writer.kill('SIGKILL');
  });
  const [code, signal] = (await once(writer, 'close')) as [number | null, string | null];
  expect([code, signal]).toEqual([null, 'SIGKILL']);
  return said;
}

it('keeps every acknowledged write when it is killed at any moment, and no lock', async () => {
  const folder = await temporaryFolder();
  const random = seeded(Number(process.env['SEED'] ?? 1));
  // What a document may hold: the last acknowledged text, or one that was on its way when the kill came.
  const allowed = new Map<string, Set<string>>();
  let acknowledged = 0;
  for (let run = 1; run <= RUNS; run++) {
    const said = await killAfter(folder, run, 200 + Math.floor(random() * 20_000));
    // A line cut by the kill was not heard by anybody.
    for (const line of said.slice(0, said.lastIndexOf('\n')).split('\n')) {
      const [sign, lane = '', id = '', text = ''] = line.split(' ');
      const key = `${lane} ${id}`;
      if (sign === '!') allowed.set(key, new Set([text]));
      else allowed.set(key, (allowed.get(key) ?? new Set(['-'])).add(text));
      if (sign === '!') acknowledged++;
    }
    const held = await DataFolder.open({ folder });
    const store = await openStore(folder);
    const databases = await Promise.all(['ecole_2026', 'parc'].map((name) => store.open(name)));
    expect(databases.map((db) => db.damaged.size)).toEqual([0, 0]);
    for (const [key, texts] of allowed) {
      const [lane, id = ''] = key.split(' ');
      const found = databases[Number(lane)]?.get(id)?.body['text'] ?? '-';
      expect([...texts], `run ${run}: ${key}`).toContain(found);
      allowed.set(key, new Set([String(found)]));
    }
    await store.close();
    await held.close();
  }
  console.log(`${RUNS} kills, ${acknowledged} acknowledged writes, none lost`);
}, 180_000);
