/** Opens every database of a folder in a fresh process and says what it cost: `node … open-all.program.ts <folder>`. */
import { PouchStore } from '../../../src/store/pouch-store';
import { fixedKeys } from './fixed-keys';

const folder = process.argv[2] ?? '';
const store = new PouchStore({ folder, keyring: fixedKeys() });
const before = process.memoryUsage().rss;
const start = performance.now();
let documents = 0;
const slowest = { ms: 0 };
for (const name of await store.list()) {
  const from = performance.now();
  documents += (await store.open(name)).lastSeq;
  slowest.ms = Math.max(slowest.ms, performance.now() - from);
}
const ms = performance.now() - start;
const peak = process.resourceUsage().maxRSS / 1024;
const rss = process.memoryUsage().rss / 2 ** 20;
process.stdout.write(
  JSON.stringify({
    documents,
    ms: Math.round(ms),
    slowestMs: Math.round(slowest.ms),
    startRssMb: Math.round(before / 2 ** 20),
    rssMb: Math.round(rss),
    peakRssMb: Math.round(peak),
  }),
);
await store.close();
