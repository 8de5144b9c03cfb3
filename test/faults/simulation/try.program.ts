import { simulate, problemsOf } from './simulate';
const [, , from = '1', count = '1', lines] = process.argv;
const start = Date.now();
for (let seed = Number(from); seed < Number(from) + Number(count); seed++) {
  const at = Date.now();
  const outcome = await simulate({ seed, keepsLines: lines !== undefined });
  if (lines) console.log(outcome.lines?.join(''));
  const problems = problemsOf(outcome);
  console.log(seed, outcome.trace.slice(0, 12), Date.now() - at, 'ms', outcome.events, 'events', outcome.acknowledged, 'acked', problems.length, 'problems');
  for (const p of problems.slice(0, 8)) console.log('   ', p.slice(0, 600));
  if (Number(count) === 1) console.log(JSON.stringify(outcome.faults));
}
console.log(Date.now() - start, 'ms');
