/**
 * What breaks synchronisation, by the thousand (docs/faults.md): simulated schools, bugs planted on purpose, exchanges cut
 * at every byte, real processes killed.
 * Options: --seeds=1000 --edits=200 --from=1 --torture=20 --only=simulation|plants|cuts|torture
 */
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { cutEverywhere, everyOffset, someOffsets, type Direction } from '../faults/http-cuts';
import { PLANTS } from '../faults/simulation/plant';
import { randomFrom } from '../faults/simulation/random';
import { problemsOf, simulate } from '../faults/simulation/simulate';
import { FAULTS } from '../faults/simulation/trace';
import { torture } from '../faults/torture/torture';
import { optionOf, type BenchContext, type Figure } from './bench';
import { runShare, together, type Order, type Share } from './sync-faults/share';

/** Each fault at least so often in all runs together, or they say little about it. */
const FAULT_MIN = 100;
/** A planted bug is looked for in so many seeds. */
const SEEDS_EACH = 50;

if (!isMainThread && parentPort) parentPort.postMessage(await runShare(workerData as Order));

export default async function syncFaults(context: BenchContext): Promise<Figure[]> {
  const option = optionOf(context.args);
  const only = option('only');
  const parts = {
    simulation: () =>
      simulation(
        context,
        number(option, 'seeds', 1000),
        number(option, 'edits', 200),
        number(option, 'from', 1),
      ),
    plants: () => plants(context),
    cuts: () => cuts(context),
    torture: () => processes(context, number(option, 'torture', 20)),
  };
  const figures: Figure[] = [];
  for (const [name, measure] of Object.entries(parts))
    if (only === undefined || only === name) figures.push(...(await measure()));
  return figures;
}

const number = (option: ReturnType<typeof optionOf>, name: string, otherwise: number): number =>
  Number(option(name) ?? otherwise);
const figure = (name: string, value: number, reach?: string, unit = ''): Figure => ({
  name,
  value,
  unit,
  ...(reach ? { reach } : {}),
});

async function simulation(
  { say }: BenchContext,
  seeds: number,
  edits: number,
  from: number,
): Promise<Figure[]> {
  const workers = Math.min(2, availableParallelism());
  const begun = performance.now();
  const shares = await Promise.all(
    Array.from({ length: workers }, (_, at) => {
      const count = Math.floor(seeds / workers) + (at < seeds % workers ? 1 : 0);
      return inWorker({ from: from + at, step: workers, count, edits });
    }),
  );
  const all = together(shares);
  const seconds = Math.round((performance.now() - begun) / 1000);
  say(
    `${all.seeds} seeds, ${all.edits} edits, ${all.acknowledged} acknowledged, ${all.events} events, ${seconds} s`,
  );
  for (const line of all.failing.slice(0, 40)) say(`  ${line}`);
  for (const fault of FAULTS) say(`  ${fault.padEnd(16)} ${all.faults[fault]}`);
  const { lost, unequal, leaked, ...others } = all.found;
  return [
    figure('seeds', all.seeds, '>=1000'),
    figure('lost', lost, '<=0'),
    figure('unequal', unequal, '<=0'),
    figure('leaked', leaked, '<=0'),
    ...Object.entries(others).map(([name, value]) => figure(name, value, '<=0')),
    figure('edits', all.edits),
    figure('acknowledged', all.acknowledged),
    figure('simulation_s', seconds, undefined, 's'),
    ...FAULTS.map((fault) =>
      figure(`fault_${fault.replaceAll('-', '_')}`, all.faults[fault], `>=${FAULT_MIN}`),
    ),
  ];
}

const inWorker = (order: Order): Promise<Share> =>
  new Promise((resolve, reject) => {
    // The bench is one bundle: the same file is the worker.
    const worker = new Worker(new URL(import.meta.url), { workerData: order });
    worker.once('message', resolve);
    worker.once('error', reject);
  });

async function plants({ say }: BenchContext): Promise<Figure[]> {
  let found = 0;
  for (const plant of PLANTS) {
    const { name } = plant();
    let seed = 1;
    let problems: string[] = [];
    for (; seed <= SEEDS_EACH && problems.length === 0; seed++)
      problems = problemsOf(await simulate({ seed, plant: plant() }));
    if (problems.length > 0) found += 1;
    const first = problems[0]?.split('\n', 1)[0] ?? '';
    say(
      problems.length > 0
        ? `Planted « ${name} »: seed ${seed - 1}, ${first}`
        : `Planted « ${name} »: NOT FOUND`,
    );
  }
  return [figure('planted_found', found, '>=5'), figure('planted_missed', PLANTS.length - found, '<=0')];
}

async function cuts({ say }: BenchContext): Promise<Figure[]> {
  const { next } = randomFrom(20261122);
  let wrong = 0;
  let tried = 0;
  for (const direction of ['push', 'pull'] satisfies Direction[]) {
    for (const [size, choose] of [
      ['small', everyOffset()],
      ['large', someOffsets(200, next)],
    ] as const) {
      const result = await cutEverywhere(direction, size, choose);
      wrong += result.wrong.length;
      tried += result.tried;
      say(
        `${direction} of ${result.total} bytes over HTTP: cut at ${result.tried} places, ${result.wrong.length} wrong`,
      );
      for (const line of result.wrong.slice(0, 5)) say(`  ${line}`);
    }
  }
  return [figure('cuts', tried), figure('cuts_wrong', wrong, '<=0')];
}

async function processes({ root, temporaryFolder, say }: BenchContext, rounds: number): Promise<Figure[]> {
  const result = await torture({ root, folder: temporaryFolder, rounds, say });
  for (const line of result.wrong.slice(0, 40)) say(`  ${line}`);
  return [
    figure('torture_rounds', result.rounds, rounds >= 20 ? '>=20' : undefined),
    figure('torture_kills', result.kills),
    figure('torture_acknowledged', result.acknowledged),
    figure('torture_disk_full', result.diskFull),
    figure('torture_wrong', result.wrong.length, '<=0'),
  ];
}
