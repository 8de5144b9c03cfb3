import { noFaults, FAULTS, type FaultCounts } from '../../faults/simulation/trace';
import { PROBLEMS, problemsOf, simulate } from '../../faults/simulation/simulate';

/** What some seeds found, put together. */
export interface Share {
  readonly seeds: number;
  readonly edits: number;
  readonly acknowledged: number;
  readonly events: number;
  readonly found: Readonly<Record<(typeof PROBLEMS)[number], number>>;
  readonly faults: FaultCounts;
  /** The first line of each seed that found something. */
  readonly failing: readonly string[];
}

/** Which seeds one worker runs: every `step`th from `from`, `count` in all. */
export interface Order {
  readonly from: number;
  readonly step: number;
  readonly count: number;
  readonly edits: number;
}

export async function runShare({ from, step, count, edits }: Order): Promise<Share> {
  const faults = noFaults();
  const found = Object.fromEntries(PROBLEMS.map((kind) => [kind, 0])) as Record<
    (typeof PROBLEMS)[number],
    number
  >;
  const failing: string[] = [];
  const sum = { edits: 0, acknowledged: 0, events: 0 };
  for (let at = 0; at < count; at++) {
    const seed = from + at * step;
    const outcome = await simulate({ seed, edits });
    for (const fault of FAULTS) faults[fault] += outcome.faults[fault];
    for (const kind of PROBLEMS) found[kind] += outcome[kind].length;
    for (const name of ['edits', 'acknowledged', 'events'] as const) sum[name] += outcome[name];
    const [first] = problemsOf(outcome);
    if (first) failing.push(`seed ${seed}: ${first.split('\n', 1)[0] ?? ''}`);
  }
  return { seeds: count, ...sum, found, faults, failing };
}

export function together(shares: readonly Share[]): Share {
  const total = (pick: (one: Share) => number): number => shares.reduce((sum, one) => sum + pick(one), 0);
  const each = <K extends string>(names: readonly K[], pick: (one: Share, name: K) => number) =>
    Object.fromEntries(names.map((name) => [name, total((one) => pick(one, name))])) as Record<K, number>;
  return {
    seeds: total((one) => one.seeds),
    edits: total((one) => one.edits),
    acknowledged: total((one) => one.acknowledged),
    events: total((one) => one.events),
    found: each(PROBLEMS, (one, kind) => one.found[kind]),
    faults: each(FAULTS, (one, fault) => one.faults[fault]),
    failing: shares.flatMap((one) => one.failing),
  };
}
