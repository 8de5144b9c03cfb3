/** `node … seed.program.ts <seed> [edits] [planted bug]`: one run, line by line, and what it found (docs/faults.md). */
import { PLANTS } from './plant';
import { problemsOf, simulate } from './simulate';

const [, , seed = '1', edits = '200', planted] = process.argv;
const plant = PLANTS.map((make) => make()).find(({ name }) => name === planted);
const outcome = await simulate({ seed: Number(seed), edits: Number(edits), plant, keepsLines: true });
process.stdout.write(outcome.lines?.join('') ?? '');
console.log(JSON.stringify(outcome.faults));
console.log(`${outcome.acknowledged} writes acknowledged, ${outcome.events} events, trace ${outcome.trace}`);
for (const problem of problemsOf(outcome)) console.log(problem);
