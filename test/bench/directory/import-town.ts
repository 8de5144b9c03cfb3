import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { suggestedDecisions } from '../../../src/domain/people/onde';
import { cutIntoFiles } from '../../../src/main/directory/feeds/cut-files';
import type { FeedSource } from '../../../src/main/directory/feeds/source';
import { answerParent } from '../link/role';
import { openSchool } from './schools';

const SAMPLE_MS = 20;
/** Schools whose import is under way together: while one waits for the disk, another compares. */
const AT_ONCE = 2;

export interface TownInput {
  readonly folder: string;
  /** Names of the town's files. */
  readonly files: readonly string[];
  /** UAI; each has its data folder under that name. */
  readonly schools: readonly string[];
}
export interface TownImported {
  readonly seconds: number;
  /** Of every thread of the process: what the machine's other work does not change. */
  readonly cpuSeconds: number;
  /** Of the one thread that everything waits for: with the disk's waits, what a quiet machine takes. */
  readonly mainSeconds: number;
  readonly readSeconds: number;
  readonly rssMb: number;
  readonly pupils: number;
}

/** The process that is measured: it does the import and nothing else. */
export async function townImporter(): Promise<void> {
  answerParent({ importTown });
  await Promise.resolve();
}

async function importTown({ folder, files, schools }: TownInput): Promise<TownImported> {
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), SAMPLE_MS);
  const start = performance.now();
  const cut = join(folder, 'cut');
  const found = await cutIntoFiles(await Promise.all(files.map((name) => fileSource(folder, name))), cut);
  if (found.length !== schools.length) throw new Error(`${found.length} schools were cut`);
  const readSeconds = (performance.now() - start) / 1000;
  let pupils = 0;
  const one = async (uai: string): Promise<void> => {
    const school = await openSchool(join(folder, uai), uai);
    const run = await school.imports.dryRun(school.actor, [await fileSource(cut, `ENT1D_${uai}.xml`)]);
    if (run.unreadable.length > 0) throw new Error(JSON.stringify(run.unreadable));
    await school.imports.apply(school.actor, run.plan, suggestedDecisions(run.result));
    pupils += await school.pupils();
    await school.close();
  };
  const waiting = [...found];
  // A loop: where each school calls the next one, every plan stays in memory until the end.
  const several = async (): Promise<void> => {
    for (let uai = waiting.shift(); uai !== undefined; uai = waiting.shift()) await one(uai);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, several));
  const seconds = (performance.now() - start) / 1000;
  clearInterval(watch);
  const [used, main] = [process.cpuUsage(), process.threadCpuUsage()].map(
    ({ user, system }) => (user + system) / 1e6,
  );
  return {
    seconds,
    cpuSeconds: used ?? NaN,
    mainSeconds: main ?? NaN,
    readSeconds,
    // What the kernel kept count of, where it is more than was seen every 20 ms. KiB.
    rssMb: Math.max(peak, process.resourceUsage().maxRSS * 1024) / 2 ** 20,
    pupils,
  };
}

async function fileSource(folder: string, name: string): Promise<FeedSource> {
  const path = join(folder, name);
  const { size } = await stat(path);
  return {
    name,
    size,
    // `end` of a file stream is its last byte.
    open: (range) => createReadStream(path, range ? { start: range.start, end: range.end - 1 } : {}),
  };
}
