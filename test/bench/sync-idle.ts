/**
 * Nothing has moved: what finding that out costs on the line of `sync-night`, for 27 databases, from a process that has
 * spoken to nobody yet. Stock PouchDB 9 asks each of them in the same run. Bytes of the bound are HTTP heads and bodies,
 * both ways; what TLS and IP add stands beside. Options: --documents=200 --only=ours|stock --seed=1
 */
import { optionOf, tenth, type BenchContext, type Figure } from './bench';
import { costFigures, measureOurs, measureStock, told, withLine } from './sync-night/measure';

export { commune } from './sync-night/commune';
export { ours } from './sync-night/ours';
export { stock, stockServer } from './sync-night/stock';

/** How much was exchanged before makes no difference to a run without news; stock's preparation is slow. */
const DOCUMENTS = 200;

export default async function syncIdle(context: BenchContext): Promise<Figure[]> {
  const option = optionOf(context.args);
  const documents = Number(option('documents') ?? DOCUMENTS);
  const figures: Figure[] = [];
  if (option('only') !== 'stock') {
    const { idle } = await withLine(context, (line) => measureOurs(context, line, documents, 'idle'));
    if (!idle) throw new Error('the run without news was not measured');
    context.say(`Préau, nothing moved: ${told(idle)}`);
    figures.push(
      { name: 'requests', value: idle.requests, unit: '', reach: '<=1' },
      { name: 'bytes', value: idle.http, unit: 'B', reach: '<=1024' },
      { name: 'bytes_ip', value: idle.bytes, unit: 'B' },
      { name: 'seconds', value: tenth(idle.seconds), unit: 's' },
    );
  }
  if (option('only') !== 'ours') {
    const { idle } = await withLine(context, (line) => measureStock(context, line, documents, 'idle'));
    if (!idle) throw new Error('stock’s run without news was not measured');
    context.say(`Stock PouchDB, nothing moved: ${told(idle)}`);
    figures.push(...costFigures('stock', idle));
  }
  return figures;
}
