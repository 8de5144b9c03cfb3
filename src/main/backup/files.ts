import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PreauError } from '../../domain/errors';
import { readBack, type Medium } from './medium';
import type { StoredCopy } from './manifest';

/**
 * The school's files are encrypted under content's name already (docs/store.md): they are copied as they lie, once; copies of
 * another day on the same key share them.
 */
export const POOL = 'fichiers';
/** Receptions and drafts are of this poste and of this hour. */
const PASSING: readonly string[] = ['receptions', 'drafts'];

/** Relative paths, in order. */
export async function storedFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => !PASSING.includes(path.split('/')[0] ?? ''))
    .sort();
}

/** Copies one file into the pool, but for what lies there whole already. Undefined where it went away meanwhile. */
export async function copyFile(
  medium: Medium,
  pool: string,
  folder: string,
  path: string,
  partBytes: number,
  onBytes: (bytes: number) => void,
): Promise<StoredCopy | undefined> {
  const from = join(folder, path);
  const whole = await hashOf(from);
  if (!whole) return undefined;
  const parts: StoredCopy['parts'] = [];
  for (let start = 0, part = 1; start < whole.bytes || part === 1; start += partBytes, part++) {
    const name = whole.bytes <= partBytes ? whole.sha256 : `${whole.sha256}.${String(part).padStart(3, '0')}`;
    const bytes = Math.min(partBytes, whole.bytes - start);
    const there = (await medium.size(`${pool}/${name}`)) === bytes;
    // What lies there is read again, not believed: keys forget.
    const lying = there ? await readBack(medium, `${pool}/${name}`) : undefined;
    const range = { start, end: Math.max(start, start + bytes - 1) };
    const source = (): AsyncIterable<Buffer> | Buffer[] =>
      bytes === 0 ? [] : (createReadStream(from, range) as AsyncIterable<Buffer>);
    const expected = lying ? await hashOf(from, range) : undefined;
    if (lying && expected?.sha256 === lying.sha256) parts.push({ name, ...lying });
    else {
      await medium.remove(`${pool}/${name}.nv`);
      const written = await medium.write(`${pool}/${name}.nv`, source());
      if (written.bytes !== bytes) return undefined;
      await medium.rename(`${pool}/${name}.nv`, `${pool}/${name}`);
      parts.push({ name, ...written });
    }
    onBytes(bytes);
  }
  return { path, parts };
}

async function hashOf(
  path: string,
  range?: { start: number; end: number },
): Promise<{ bytes: number; sha256: string } | undefined> {
  try {
    const { size } = await stat(path);
    const hash = createHash('sha256');
    let bytes = 0;
    if (size > 0) {
      for await (const piece of createReadStream(path, range) as AsyncIterable<Buffer>) {
        hash.update(piece);
        bytes += piece.length;
      }
    }
    return { bytes, sha256: hash.digest('hex') };
  } catch {
    return undefined;
  }
}

/** Writes a file back where it lay, flushed. @throws PreauError `BACKUP_DAMAGED`, `BACKUP_CUT` */
export async function restoreFile(
  medium: Medium,
  pool: string,
  { path, parts }: StoredCopy,
  folder: string,
): Promise<void> {
  const to = join(folder, path);
  await mkdir(dirname(to), { recursive: true });
  const handle = await open(to, 'w', 0o600);
  try {
    for (const part of parts) {
      const hash = createHash('sha256');
      for await (const piece of medium.read(`${pool}/${part.name}`)) {
        hash.update(piece);
        await handle.writeFile(piece);
      }
      if (hash.digest('hex') !== part.sha256) throw new PreauError('BACKUP_DAMAGED', { reason: 'file' });
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}
