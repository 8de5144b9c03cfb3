import { Readable } from 'node:stream';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import type { HandInPart } from '../../contract/pupil/lesson';
import { safeFileName } from '../../domain/lesson/work-files';
import type { HandInDocument } from './documents';

type Drawing = Extract<HandInPart, { kind: 'drawing' }>;

const INKS = { black: '#1b1b1b', blue: '#1c4f9c', red: '#b3261e', green: '#1f6b3a' } as const;

/** A drawing as a picture any computer opens; the page it lies over is a sheet of A4. */
function drawingFile({ strokes }: Drawing): string {
  const height = 1414;
  const paths = strokes.map(({ colour, width, points }) => {
    const path = points.map(([x, y], n) => `${n === 0 ? 'M' : 'L'}${x} ${(y * height) / 1000}`).join('');
    return `<path d="${path}" stroke="${INKS[colour]}" stroke-width="${width}"/>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 ${height}" fill="none" stroke-linecap="round" ` +
    `stroke-linejoin="round"><rect width="1000" height="${height}" fill="#fff"/>${paths.join('')}</svg>\n`
  );
}

interface Entry {
  readonly path: string;
  readonly content: { readonly sha256: string } | { readonly text: string };
}

/** One piece of work a child or group: the last they finished, else what they had begun. */
function lastOfEach(works: readonly HandInDocument[]): HandInDocument[] {
  const last = new Map<string, HandInDocument>();
  for (const work of [...works].sort((a, b) => a.receivedAt.localeCompare(b.receivedAt))) {
    const author = work.pupils.length > 0 ? [...work.pupils].sort().join() : work.seat;
    const held = last.get(author);
    if (!held || !work.unfinished || held.unfinished) last.set(author, work);
  }
  return [...last.values()];
}

/** Names that do not stand twice, whatever two children called their photos. */
function namer(): (folder: string, name: string) => string {
  const taken = new Set<string>();
  return (folder, name) => {
    const [, stem = name, extension = ''] = /^(.*?)(\.[^.]*)?$/.exec(name) ?? [];
    for (let n = 1; ; n += 1) {
      const path = `${folder}/${stem}${n > 1 ? ` (${n})` : ''}${extension}`;
      if (taken.has(path.toLowerCase())) continue;
      taken.add(path.toLowerCase());
      return path;
    }
  };
}

/**
 * What a class handed in for one thing, as files a person recognises: « Les tables/Léa et Noé - v2 - texte.txt ». Made
 * while it is read: films cost no memory, and nothing readable touches the disk.
 */
export function workArchive(
  all: readonly HandInDocument[],
  names: ReadonlyMap<string, string>,
  openRead: (sha256: string) => Promise<Readable>,
) {
  const works = lastOfEach(all);
  const title = safeFileName(works[0]?.title ?? '', 'travaux');
  const path = namer();
  const entries = works.flatMap((work) => {
    const who = work.pupils.map((pupil) => names.get(pupil) ?? '?').join(' et ') || work.label;
    const state = work.unfinished ? 'pas fini' : `v${work.version}${work.late ? ' en retard' : ''}`;
    const name = (what: string): string => path(title, `${safeFileName(`${who} - ${state}`)} - ${what}`);
    return work.parts.flatMap((part): Entry[] => {
      if (part.kind === 'text')
        return part.text.trim() === ''
          ? []
          : [{ path: name('texte.txt'), content: { text: `\uFEFF${part.text}\n` } }];
      if (part.kind === 'drawing')
        return [{ path: name(`page ${part.page}.svg`), content: { text: drawingFile(part) } }];
      const file = Object.hasOwn(work.files, part.upload) ? work.files[part.upload] : undefined;
      return file
        ? [{ path: name(safeFileName(file.name, 'fichier')), content: { sha256: file.sha256 } }]
        : [];
    });
  });
  return {
    name: `${title}.zip`,
    works: works.length,
    open: (): Readable => Readable.from(chunks(entries, openRead)),
  };
}

async function* chunks(
  entries: readonly Entry[],
  openRead: (sha256: string) => Promise<Readable>,
): AsyncGenerator<Uint8Array> {
  const made: Uint8Array[] = [];
  let failed: Error | undefined;
  const zip = new Zip((error, chunk) => {
    if (error) failed = error;
    else made.push(chunk);
  });
  function* flush(): Generator<Uint8Array> {
    if (failed) throw failed;
    yield* made.splice(0);
  }
  const missing: string[] = [];
  for (const { path, content } of entries) {
    if ('text' in content) {
      const entry = new ZipDeflate(path, { level: 6 });
      zip.add(entry);
      entry.push(new TextEncoder().encode(content.text), true);
    } else {
      const bytes = await openRead(content.sha256).catch(() => undefined);
      if (!bytes) {
        missing.push(path);
        continue;
      }
      const entry = new ZipPassThrough(path);
      zip.add(entry);
      for await (const chunk of bytes) {
        entry.push(chunk as Uint8Array);
        yield* flush();
      }
      entry.push(new Uint8Array(0), true);
    }
    yield* flush();
  }
  if (missing.length > 0) {
    // Handed in on another computer, and not here yet: said, never left out in silence.
    const entry = new ZipDeflate('pas encore sur cet ordinateur.txt', { level: 6 });
    zip.add(entry);
    entry.push(new TextEncoder().encode(`\uFEFF${missing.join('\r\n')}\r\n`), true);
  }
  zip.end();
  yield* flush();
}
