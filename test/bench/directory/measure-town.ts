import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { suggestedDecisions } from '../../../src/domain/people/onde';
import { cutIntoFiles } from '../../../src/main/directory/feeds/cut-files';
import { giveBackMemory } from '../../../src/main/give-back-memory';
import type { FeedSource } from '../../../src/main/directory/feeds/source';
import { encode, fileName, head, request, TAIL } from './aaf-file';
import { openSchool } from './schools';
import { recordsOf, schoolOf, type AafRecord, type TownShape } from './town';

const KINDS = ['Eleve', 'PersEducNat', 'EtabEducNat', 'PersRelEleve'] as const;
const SAMPLE_MS = 50;
/** Schools whose import is under way together: while one waits for the disk, another compares. */
const AT_ONCE = 2;
/** bytes */
const GIVE_BACK_ABOVE = 255 * 2 ** 20;

interface Measured {
  seconds: number;
  /** Of every thread of the process: what the machine's other work does not change. */
  cpuSeconds: number;
  readSeconds: number;
  rssMb: number;
  mb: number;
  pupils: number;
}

export async function measureTown(
  shape: TownShape,
  folder: string,
  say: (line: string) => void,
): Promise<Measured> {
  await mkdir(folder, { recursive: true });
  const files = await writeTown(shape, folder);
  const mb = files.reduce((sum, { size }) => sum + size, 0) / 2 ** 20;
  say(`AAF of ${shape.schools} schools: ${Math.round(mb)} MB in ${files.length} files`);
  const folders = new Map<string, string>();
  for (let rank = 0; rank < shape.schools; rank += 1) {
    const { uai } = schoolOf(rank);
    const own = join(folder, uai);
    folders.set(uai, own);
    await mkdir(own, { recursive: true });
    const school = await openSchool(own, uai);
    await school.close();
  }
  globalThis.gc?.();
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), SAMPLE_MS);
  const start = performance.now();
  const cpu = process.cpuUsage();
  const cut = join(folder, 'cut');
  const schools = await cutIntoFiles(files, cut);
  const readSeconds = (performance.now() - start) / 1000;
  say(`  read and cut: ${readSeconds.toFixed(1)} s, ${Math.round(peak / 2 ** 20)} MB`);
  let pupils = 0;
  const waiting = [...schools];
  const next = async (): Promise<void> => {
    const uai = waiting.shift();
    if (uai === undefined) return;
    const school = await openSchool(folders.get(uai) ?? '', uai);
    const run = await school.imports.dryRun(school.actor, [await fileSource(cut, `ENT1D_${uai}.xml`)]);
    if (run.unreadable.length > 0) throw new Error(JSON.stringify(run.unreadable));
    await school.imports.apply(school.actor, run.plan, suggestedDecisions(run.result));
    pupils += await school.pupils();
    await school.close();
    // As the host does after a big piece of work: what schools leave behind is not the next one's to carry.
    if (process.memoryUsage.rss() > GIVE_BACK_ABOVE) giveBackMemory();
    await next();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  clearInterval(watch);
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  const cpuSeconds = (used.user + used.system) / 1e6;
  say(
    `  ${pupils} pupils in ${shape.schools} encrypted stores: ${seconds.toFixed(1)} s, ${Math.round(peak / 2 ** 20)} MB`,
  );
  if (pupils !== shape.schools * shape.pupilsPerSchool) throw new Error(`${pupils} pupils were written`);
  return { cpuSeconds, seconds, readSeconds, rssMb: peak / 2 ** 20, mb, pupils };
}

async function writeTown(shape: TownShape, folder: string): Promise<FeedSource[]> {
  const streams = new Map(
    KINDS.map((kind) => [kind, createWriteStream(join(folder, fileName(kind)))] as const),
  );
  const say = async (kind: AafRecord['kind'], text: string): Promise<void> => {
    const stream = streams.get(kind);
    if (stream && !stream.write(encode(text, 'ISO-8859-15'))) await once(stream, 'drain');
  };
  for (const kind of KINDS) await say(kind, head('ISO-8859-15'));
  for (let rank = 0; rank < shape.schools; rank += 1) {
    const records = recordsOf(shape, rank);
    for (const kind of KINDS) {
      const mine = records.filter((record) => record.kind === kind);
      await say(kind, mine.map((record) => request(record)).join(''));
    }
  }
  const sources: FeedSource[] = [];
  for (const [kind, stream] of streams) {
    await say(kind, TAIL);
    stream.end();
    await once(stream, 'finish');
    sources.push(await fileSource(folder, fileName(kind)));
  }
  return sources;
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
