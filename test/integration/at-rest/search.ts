import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A text that should not be found: `form` of it stands in `path`. */
export interface Finding {
  readonly text: string;
  readonly form: string;
  readonly path: string;
}

/** One spelling, whatever the case, and whether accents are composed or not. */
const folded = (text: string): string => text.normalize('NFC').toLowerCase();

// Not `toString('utf16le')`: on an odd address Node 24 frees what it did not allocate, and the process ends.
const utf16 = (order: 'le' | 'be', bytes: Buffer): string => new TextDecoder(`utf-16${order}`).decode(bytes);

/** A file as each encoding would read it, folded. */
const READINGS: Readonly<Record<string, (bytes: Buffer) => string>> = {
  utf8: (bytes) => bytes.toString('utf8'),
  latin1: (bytes) => bytes.toString('latin1'),
  'utf16le+0': (bytes) => utf16('le', bytes),
  'utf16le+1': (bytes) => utf16('le', bytes.subarray(1)),
  'utf16be+0': (bytes) => utf16('be', bytes),
  'utf16be+1': (bytes) => utf16('be', bytes.subarray(1)),
};

/** Other spellings of a text that one encoding writes: JSON with escapes, an address, hexadecimal. */
const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  json: (text) => JSON.stringify(text).slice(1, -1),
  escaped: (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replace(/[^\x20-\x7e]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
  percent: (text) => encodeURIComponent(text),
  hex: (text) => Buffer.from(text).toString('hex'),
};

/** Base64 of the text at each of the three alignments, without the characters that its neighbours decide. */
function base64Of(text: string): [form: string, needle: string][] {
  return [text, text.normalize('NFD')].flatMap((spelling) =>
    [0, 1, 2].flatMap((shift): [string, string][] => {
      const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(spelling)]);
      const inner = bytes
        .toString('base64')
        .replaceAll('=', '')
        .slice(shift === 0 ? 0 : shift + 1, -1);
      return [
        [`base64+${shift}`, inner],
        [`base64url+${shift}`, inner.replaceAll('+', '-').replaceAll('/', '_')],
      ];
    }),
  );
}

/** Every one of `texts` in any form, in every file under `folders`. */
export async function search(folders: readonly string[], texts: readonly string[]): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const path of await filesUnder(folders)) {
    const bytes = await readFile(path);
    const name = Buffer.from(path);
    for (const [where, content] of [
      [path, bytes],
      [`the name of ${path}`, name],
    ] as const)
      found.push(...searchBytes(content, texts).map((one) => ({ ...one, path: where })));
  }
  return found;
}

export function searchBytes(bytes: Buffer, texts: readonly string[]): Omit<Finding, 'path'>[] {
  const found: Omit<Finding, 'path'>[] = [];
  for (const [reading, read] of Object.entries(READINGS)) {
    const content = folded(read(bytes));
    for (const text of texts)
      for (const [spelling, spell] of Object.entries(SPELLINGS))
        if (content.includes(folded(spell(text)))) found.push({ text, form: `${reading} ${spelling}` });
  }
  const exact = bytes.toString('latin1');
  for (const text of texts)
    for (const [form, needle] of base64Of(text)) if (exact.includes(needle)) found.push({ text, form });
  return found;
}

/** Regular files only: a socket or a lock has nothing to read. */
async function filesUnder(folders: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const folder of folders)
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) paths.push(join(entry.parentPath, entry.name));
  return paths;
}
