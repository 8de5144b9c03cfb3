import { Readable } from 'node:stream';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { filesNamed } from '../../domain/files/named';
import type { FileItem } from '../../domain/privacy/person-file';
import type { FileStore } from '../files/port';

/** Most bytes of files in one archive: a ZIP without extensions ends at 4 GiB. */
const FILES_MAX_BYTES = 2 * 1024 ** 3;
export const ARCHIVE_VERSION = '1.0.0';

/** A file that belongs to the person: what they handed in. */
export interface OwnFile {
  readonly document: string;
  readonly sha256: string;
  readonly size: number;
}
export const ownFiles = (document: string, body: unknown): OwnFile[] =>
  filesNamed(body).map(({ sha256, size }) => ({ document, sha256, size }));

export interface ArchiveInput {
  readonly name: string;
  readonly school: string;
  readonly on: string;
  readonly items: readonly FileItem[];
  readonly named: Readonly<Record<string, number>>;
  readonly elsewhere: readonly string[];
  readonly files: readonly OwnFile[];
  /** Labels by code, in the language of the screen. */
  readonly words: Readonly<Record<string, string>>;
}

/**
 * What is held about one person, as an archive (RGPD art. 20; SDET l. 2490–2592): `MANIFEST.json` names every object with its id,
 * type, version and place, and every file; `donnees/*.json` are the objects, by processing; `lisez-moi.html` says the same to a
 * reader. Made while it is read: files of any size cost no memory.
 */
export function personArchive(input: ArchiveInput, files: Pick<FileStore, 'openRead'>): Readable {
  return Readable.from(chunks(input, files));
}

async function* chunks(input: ArchiveInput, store: Pick<FileStore, 'openRead'>): AsyncGenerator<Uint8Array> {
  let made: Uint8Array[] = [];
  let failed: Error | undefined;
  const zip = new Zip((error, chunk) => {
    if (error) failed = error;
    else made.push(chunk);
  });
  function* flush(): Generator<Uint8Array> {
    if (failed) throw failed;
    const ready = made;
    made = [];
    yield* ready;
  }
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const add = (path: string, bytes: Uint8Array): void => {
    const entry = new ZipDeflate(path, { level: 6 });
    zip.add(entry);
    entry.push(bytes, true);
  };

  const { items, files, words, ...about } = input;
  const activities = [...new Set(items.map(({ activity }) => activity))];
  add('lisez-moi.html', encode(readable(input)));
  yield* flush();
  for (const activity of activities) {
    const own = items.filter((item) => item.activity === activity);
    add(`donnees/${activity}.json`, encode(`${JSON.stringify(own, null, 1)}\n`));
    yield* flush();
  }
  const put: { sha256: string; path: string; size: number; of: string[]; left?: true }[] = [];
  let bytes = 0;
  for (const file of files) {
    const known = put.find(({ sha256 }) => sha256 === file.sha256);
    if (known) {
      known.of.push(file.document);
      continue;
    }
    const entry = {
      sha256: file.sha256,
      path: `fichiers/${file.sha256.slice(0, 16)}`,
      size: file.size,
      of: [file.document],
    };
    const content =
      bytes + file.size <= FILES_MAX_BYTES
        ? await store.openRead(file.sha256).catch(() => undefined)
        : undefined;
    if (!content) {
      // Not on this computer, or no room: said, never left out in silence.
      put.push({ ...entry, left: true });
      continue;
    }
    bytes += file.size;
    const part = new ZipPassThrough(entry.path);
    zip.add(part);
    for await (const chunk of content) {
      part.push(chunk as Uint8Array);
      yield* flush();
    }
    part.push(new Uint8Array(0), true);
    put.push(entry);
    yield* flush();
  }
  const manifest = {
    format: 'preau-personne',
    version: ARCHIVE_VERSION,
    ...about,
    objects: items.map(({ id, type, activity, base, day, masked }) => ({
      id,
      type,
      mime: 'application/json',
      version: '1',
      description: words[type] ?? type,
      path: `donnees/${activity}.json`,
      place: base,
      ...(day === undefined ? {} : { day }),
      ...(masked > 0 ? { masked } : {}),
    })),
    files: put.map(({ path, size, sha256, of, left }) => ({
      path: left ? null : path,
      size,
      sha256,
      parents: of,
      ...(left ? { missing: true } : {}),
    })),
  };
  add('MANIFEST.json', encode(`${JSON.stringify(manifest, null, 1)}\n`));
  zip.end();
  yield* flush();
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const html = (text: string): string =>
  // Controls would end a document early in some readers.
  text
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');

/** A page that opens without the network and runs nothing. */
function readable({ name, school, on, items, named, words }: ArchiveInput): string {
  const word = (code: string): string => html(words[code] ?? code);
  const activities = [...new Set(items.map(({ activity }) => activity))];
  const rows = (item: FileItem): string =>
    item.fields
      .map(
        ({ name: field, value }) =>
          `<tr><th>${word(field)}</th><td>${value === 'true' || value === 'false' ? word(value) : html(value)}</td></tr>`,
      )
      .join('');
  const parts = activities.map(
    (activity) =>
      `<h2>${word(activity)}</h2>${items
        .filter((item) => item.activity === activity)
        .map(
          (item) =>
            `<h3>${word(item.type)}${item.day === undefined ? '' : ` · ${html(item.day)}`}</h3>` +
            (item.masked > 0 ? `<p>${word('masked')}</p>` : '') +
            (item.fields.length > 0 ? `<table>${rows(item)}</table>` : ''),
        )
        .join('')}`,
  );
  const mentions = Object.entries(named).map(([type, count]) => `<li>${word(type)} : ${String(count)}</li>`);
  return (
    `<!doctype html><html lang="fr"><head><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">` +
    `<title>${html(name)}</title><style>body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto}` +
    `table{border-collapse:collapse}th,td{border:1px solid #999;padding:.3em .6em;text-align:left;vertical-align:top;white-space:pre-wrap}</style></head>` +
    `<body><h1>${html(name)}</h1><p>${html(school)} · ${html(on)}</p>${parts.join('')}` +
    (mentions.length > 0 ? `<h2>${word('named')}</h2><ul>${mentions.join('')}</ul>` : '') +
    `</body></html>\n`
  );
}
