import { describe, expect, it } from 'vitest';
import { FAULTS, noFaults } from './simulation/trace';
import { PLANTS } from './simulation/plant';
import { problemsOf, simulate } from './simulation/simulate';

/** The bench `sync-faults` runs a thousand of them; SEED starts somewhere else. */
const SEEDS = 10;
const FIRST = Number(process.env['SEED'] ?? 1);
/** A planted bug is found in a few runs, or the simulation looks away. */
const SEEDS_EACH = 12;

describe('the exchange, simulated', () => {
  it('is the same run for the same seed, to the last event', async () => {
    const [first, second] = [await simulate({ seed: FIRST }), await simulate({ seed: FIRST })];
    expect(second.trace).toBe(first.trace);
    expect(second.events).toBe(first.events);
    expect((await simulate({ seed: FIRST + 1 })).trace).not.toBe(first.trace);
  }, 180_000);

  it('loses, leaks, forges and hides nothing, whatever goes wrong, and comes to rest', async () => {
    const faults = noFaults();
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const outcome = await simulate({ seed });
      expect(problemsOf(outcome), `seed ${seed}`).toEqual([]);
      for (const fault of FAULTS) faults[fault] += outcome.faults[fault];
    }
    if (process.env['SEED'] !== undefined) return;
    // Whatever can go wrong did, or these runs say nothing about it.
    for (const fault of FAULTS) expect(faults[fault], fault).toBeGreaterThan(0);
  }, 300_000);

  it.each(PLANTS.map((plant) => [plant().name, plant] as const))(
    'finds a bug that was planted: %s',
    async (name, plant) => {
      for (let seed = 1; seed <= SEEDS_EACH; seed++) {
        const problems = problemsOf(await simulate({ seed, plant: plant() }));
        if (problems.length === 0) continue;
        console.log(`« ${name} » found with seed ${seed}: ${problems[0]?.split('\n', 1)[0] ?? ''}`);
        return;
      }
      expect.unreachable(`« ${name} » was not found in ${SEEDS_EACH} seeds`);
    },
    300_000,
  );
});
