import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { roleArguments, roleOf } from '../link/role';
import { encode, fileName, head, request, TAIL } from './aaf-file';
import type { TownImported, TownInput } from './import-town';
import { openSchool } from './schools';
import { recordsOf, schoolOf, type AafRecord, type TownShape } from './town';

const KINDS = ['Eleve', 'PersEducNat', 'EtabEducNat', 'PersRelEleve'] as const;
/** The host is started so (src/main/desktop/host-process.ts). */
const HOST_ARGUMENTS = ['--max-semi-space-size=4', '--expose-gc'];
const HOST_ENVIRONMENT = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072' };

interface Measured extends TownImported {
  readonly mb: number;
  /** When it began: processes that wanted the processor. */
  readonly load: number;
}

/** @param bundle of the bench, which exports `townImporter` */
export async function measureTown(
  bundle: string,
  shape: TownShape,
  folder: string,
  say: (line: string) => void,
): Promise<Measured> {
  await mkdir(folder, { recursive: true });
  const mb = (await writeTown(shape, folder)) / 2 ** 20;
  const files = KINDS.map((kind) => fileName(kind));
  say(`AAF of ${shape.schools} schools: ${Math.round(mb)} MB in ${files.length} files`);
  const schools: string[] = [];
  for (let rank = 0; rank < shape.schools; rank += 1) {
    const { uai } = schoolOf(rank);
    schools.push(uai);
    await mkdir(join(folder, uai), { recursive: true });
    const school = await openSchool(join(folder, uai), uai);
    await school.close();
  }
  const load = loadavg()[0] ?? NaN;
  const importer = roleOf(
    spawn(process.execPath, [...HOST_ARGUMENTS, ...roleArguments(bundle, 'townImporter')], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...HOST_ENVIRONMENT },
    }),
  );
  try {
    const input: TownInput = { folder, files, schools };
    const imported = await importer.ask<TownImported>('importTown', input);
    const { seconds, cpuSeconds, mainSeconds, rssMb, pupils } = imported;
    say(
      `  ${pupils} pupils in ${shape.schools} encrypted stores: ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of processor (${mainSeconds.toFixed(1)} s the main thread), ${Math.round(rssMb)} MB, begun at load ${load.toFixed(1)}`,
    );
    if (pupils !== shape.schools * shape.pupilsPerSchool) throw new Error(`${pupils} pupils were written`);
    return { ...imported, mb, load };
  } finally {
    await importer.close();
  }
}

/** @returns bytes */
async function writeTown(shape: TownShape, folder: string): Promise<number> {
  const streams = new Map(
    KINDS.map((kind) => [kind, createWriteStream(join(folder, fileName(kind)))] as const),
  );
  let size = 0;
  const write = async (kind: AafRecord['kind'], text: string): Promise<void> => {
    const stream = streams.get(kind);
    const bytes = encode(text, 'ISO-8859-15');
    size += bytes.length;
    if (stream && !stream.write(bytes)) await once(stream, 'drain');
  };
  for (const kind of KINDS) await write(kind, head('ISO-8859-15'));
  for (let rank = 0; rank < shape.schools; rank += 1) {
    const records = recordsOf(shape, rank);
    for (const kind of KINDS) {
      const mine = records.filter((record) => record.kind === kind);
      await write(kind, mine.map((record) => request(record)).join(''));
    }
  }
  for (const [kind, stream] of streams) {
    await write(kind, TAIL);
    stream.end();
    await once(stream, 'finish');
  }
  return size;
}
