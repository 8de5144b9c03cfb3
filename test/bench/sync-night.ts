/**
 * The night of a school: one day's 2,000 documents of 27 databases go to the town hall, then to another poste, over a line
 * of 256 kbit/s, 600 ms there and back, 2 % of packets lost. Stock PouchDB 9 does the same work on the same line in the
 * same run, behind the same TLS; its other side is a CouchDB (COUCHDB_URL) or express-pouchdb. See docs/performance.md.
 *
 * Bytes are those of IP packets on the line, both ways, lost ones and TCP's and TLS's own among them. Bodies are HTTP bodies.
 * Options: --documents=2000 --only=ours|stock --seed=1
 */
import { optionOf, type BenchContext, type Figure } from './bench';
import {
  costFigures,
  measureOurs,
  measureStock,
  ratio,
  told,
  withLine,
  type Cost,
} from './sync-night/measure';

export { commune } from './sync-night/commune';
export { ours } from './sync-night/ours';
export { stock, stockServer } from './sync-night/stock';

export default async function syncNight(context: BenchContext): Promise<Figure[]> {
  const { say, args } = context;
  const option = optionOf(args);
  const documents = Number(option('documents') ?? 2000);
  const only = option('only');
  const mine =
    only === 'stock'
      ? undefined
      : await withLine(context, (line) => measureOurs(context, line, documents, 'night'));
  const theirs =
    only === 'ours'
      ? undefined
      : await withLine(context, (line) => measureStock(context, line, documents, 'night'));
  const figures: Figure[] = [];
  if (mine) {
    const { push, pull, brotli } = mine;
    for (const [name, cost] of Object.entries({ push, pull })) say(`Préau ${name}: ${told(cost)}`);
    say(`One brotli body (quality 11) of the same documents with _id and _rev: ${brotli} bytes`);
    figures.push(
      ...costFigures('ours_push', push),
      ...costFigures('ours_pull', pull),
      { name: 'brotli_bytes', value: brotli, unit: 'B' },
      {
        name: 'bytes_over_brotli',
        value: ratio(Math.max(push.bodies, pull.bodies), brotli),
        unit: 'x',
        reach: '<=0.9',
      },
    );
  }
  if (theirs) {
    for (const [name, cost] of Object.entries(theirs)) say(`Stock PouchDB ${name}: ${told(cost)}`);
    figures.push(...costFigures('stock_push', theirs.push));
    if (theirs.pull) figures.push(...costFigures('stock_pull', theirs.pull));
  }
  if (mine && theirs?.pull) {
    const stock = { push: theirs.push, pull: theirs.pull };
    const worst = (of: (cost: Cost) => number): number =>
      Math.max(ratio(of(mine.push), of(stock.push)), ratio(of(mine.pull), of(stock.pull)));
    figures.push(
      { name: 'bytes_ratio', value: worst((cost) => cost.bytes), unit: 'x', reach: '<=0.1' },
      { name: 'requests_ratio', value: worst((cost) => cost.requests), unit: 'x', reach: '<=0.05' },
      { name: 'time_ratio', value: worst((cost) => cost.seconds), unit: 'x', reach: '<=0.05' },
    );
  }
  return figures;
}
