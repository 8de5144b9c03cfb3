import { PLANTS } from './plant';
import { simulate, problemsOf } from './simulate';
const [, , from = '1', count = '1', plantNo, lines] = process.argv;
const start = Date.now();
for (let seed = Number(from); seed < Number(from) + Number(count); seed++) {
  const at = Date.now();
  const plant = plantNo !== undefined && plantNo !== '-' ? PLANTS[Number(plantNo)]?.() : undefined;
  const outcome = await simulate({ seed, keepsLines: lines !== undefined, plant });
  if (lines) console.log(outcome.lines?.join(''));
  const problems = problemsOf(outcome);
  console.log(
    plant?.name ?? '',
    seed,
    outcome.trace.slice(0, 12),
    Date.now() - at,
    'ms',
    outcome.events,
    'events',
    outcome.acknowledged,
    'acked',
    problems.length,
    'problems',
  );
  for (const p of problems.filter((p) => !plant || !p.startsWith('unquiet')).slice(0, plant ? 3 : 8))
    console.log('   ', p.slice(0, 600));
  if (Number(count) === 1 && !plant) console.log(JSON.stringify(outcome.faults));
}
console.log(Date.now() - start, 'ms');
