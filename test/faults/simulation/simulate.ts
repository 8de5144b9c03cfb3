import { check, type Findings } from './check';
import { expandOnTheSpot } from './codec';
import { heal } from './heal';
import type { FaultCounts } from './trace';
import { live } from './workload';
import { World, type Options } from './world';

export interface Outcome extends Findings {
  readonly seed: number;
  /** Runs that go on moving something, or end with an error in calm weather. */
  readonly unquiet: string[];
  /** Failures of the engine that no weather explains. */
  readonly broken: string[];
  /** One hash of all that happened. */
  readonly trace: string;
  readonly lines: readonly string[] | undefined;
  readonly faults: FaultCounts;
  readonly edits: number;
  readonly acknowledged: number;
  readonly events: number;
}

/** One seed, one run: people write while everything goes wrong, then it heals, and all are compared. */
export async function simulate(options: Options & { readonly edits?: number }): Promise<Outcome> {
  expandOnTheSpot();
  const world = new World(options);
  const edits = options.edits ?? 200;
  await live(world, edits);
  const unquiet = await heal(world);
  const findings = check(world);
  return {
    seed: options.seed,
    ...findings,
    unquiet,
    broken: world.broken,
    trace: world.trace.digest(),
    lines: world.trace.lines,
    faults: world.trace.faults,
    edits,
    acknowledged: world.ledger.acknowledged,
    events: world.schedule.count,
  };
}

export const PROBLEMS = [
  'lost',
  'unequal',
  'leaked',
  'silent',
  'forged',
  'returned',
  'unquiet',
  'broken',
] as const;

/** Everything that was found, one line each. */
export const problemsOf = (outcome: Outcome): string[] =>
  PROBLEMS.flatMap((kind) => outcome[kind].map((what) => `${kind}: ${what}`));
