/**
 * Writes without a pause until it is killed: `node … writer.program.ts <folder> <run>`. Before each write a line on
 * standard output says what is about to be (`? lane id text`, text `-` for a removal), after it the same with `!`.
 */
import { writeSync } from 'node:fs';
import { DataFolder } from '../../../src/store/data-folder';
import { PouchStore } from '../../../src/store/pouch-store';
import { fixedKeys } from './fixed-keys';

const [, , folder = '', run = '0'] = process.argv;
await DataFolder.open({ folder });
const store = new PouchStore({ folder, keyring: fixedKeys() });
const databases = await Promise.all(['ecole_2026', 'parc'].map((name) => store.open(name)));

async function write(lane: number): Promise<never> {
  const db = databases[lane % 2] ?? databases[0];
  if (!db) throw new Error('no database');
  for (let i = 0; ; i++) {
    // Every lane has documents of its own that it changes again and again, and new ones.
    const id = i % 3 === 0 ? `plan_${lane}` : `plan_${run}.${lane}.${i}`;
    const text = `${run}/${lane}/${i}`;
    writeSync(1, `? ${lane % 2} ${id} ${text}\n`);
    await db.put({ _id: id, type: 'plan', v: 1, text, ballast: 'é'.repeat(i % 500) }, db.get(id)?.rev);
    writeSync(1, `! ${lane % 2} ${id} ${text}\n`);
    if (i % 7 !== 1) continue;
    writeSync(1, `? ${lane % 2} ${id} -\n`);
    await db.remove(id, db.get(id)?.rev ?? '');
    writeSync(1, `! ${lane % 2} ${id} -\n`);
  }
}
await Promise.all(Array.from({ length: 6 }, (_, lane) => write(lane)));
