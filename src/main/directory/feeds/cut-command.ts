/**
 * `npm run cut-aaf -- <files, folders or archives> --into=<folder>`: for a commune's technician (docs/feeds.md). Knows no
 * school's keys and writes no school's store.
 */
import { createReadStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { filesOfArchive } from './archive';
import { cutIntoFiles } from './cut-files';
import { FeedRefused } from './problem';
import { formOf, headOf, type FeedSource } from './source';

async function sourcesOf(path: string): Promise<FeedSource[]> {
  const found = await stat(path);
  if (found.isDirectory()) {
    const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort();
    return (await Promise.all(names.map((name) => sourcesOf(join(path, name))))).flat();
  }
  const source: FeedSource = {
    name: basename(path),
    size: found.size,
    // `end` of a file stream is its last byte.
    open: (range) => createReadStream(path, range ? { start: range.start, end: range.end - 1 } : {}),
  };
  const form = formOf(await headOf(source));
  if (form === 'archive') return filesOfArchive(source);
  return form === 'xml' ? [source] : [];
}

async function run(args: readonly string[]): Promise<number> {
  const into = args.find((arg) => arg.startsWith('--into='))?.slice('--into='.length);
  const paths = args.filter((arg) => !arg.startsWith('--'));
  if (!into || paths.length === 0) {
    process.stderr.write('npm run cut-aaf -- <fichiers, dossiers ou archives ZIP> --into=<dossier vide>\n');
    return 2;
  }
  await mkdir(into, { recursive: true, mode: 0o700 });
  if ((await readdir(into)).length > 0) {
    process.stderr.write(`${into} n’est pas vide : rien n’a été écrit.\n`);
    return 2;
  }
  try {
    const files = (await Promise.all(paths.map(sourcesOf))).flat();
    const schools = await cutIntoFiles(files, into);
    process.stdout.write(`${schools.map((uai) => `ENT1D_${uai}.xml`).join('\n')}\n`);
    process.stdout.write(`${schools.length} écoles. Remettez à chacune son fichier, et à elle seule.\n`);
    return schools.length > 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof FeedRefused)) throw error;
    process.stderr.write(
      `Refusé : ${JSON.stringify(error.problem)}. Ce qui est écrit dans ${into} est à jeter.\n`,
    );
    return 1;
  }
}

process.exitCode = await run(process.argv.slice(2));
