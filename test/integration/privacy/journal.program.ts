/** Writes entries as fast as it can and says each that was acknowledged: `node … journal.program.ts <file> <key, hex>`. */
import { createSecretKey } from 'node:crypto';
import { openJournal } from '../../../src/main/privacy/journal';

const [path = '', key = ''] = process.argv.slice(2);
const journal = await openJournal(path, createSecretKey(Buffer.from(key, 'hex')), {
  n: 0,
  head: 'A'.repeat(43),
});
for (let n = (journal.entries.at(-1)?.n ?? 0) + 1; ; n += 1) {
  journal.append({ n, at: new Date().toISOString(), by: 'poste', do: 'pupil.change', on: [] });
  process.stdout.write(`${String(n)}\n`);
  // The pipe must be read, and the disk be asked, as in the host.
  if (n % 50 === 0) await journal.settle();
}
