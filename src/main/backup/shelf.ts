import { PreauError } from '../../domain/errors';
import { opaqueOf, type Id } from '../../domain/id';
import { POOL } from './files';
import { bytesOf, MANIFEST, readManifest, type Manifest } from './manifest';
import { readBack, type Medium } from './medium';

/**
 * Where copies lie: `preau-copie/<school>/<date and hour>/`, files beside them in `fichiers/`. A copy has its name only when
 * it is whole and was read again; until then it ends with `.nv`.
 */
export const SHELF = 'preau-copie';
export const UNFINISHED = '.nv';
const COPY_NAME = /^[0-9]{8}-[0-9]{6}$/;
const SCHOOL_NAME = /^[a-z2-7]{13}$/;

export const schoolFolder = (school: Id<'school'>): string => `${SHELF}/${opaqueOf(school)}`;
export const poolOf = (folder: string): string => `${folder.slice(0, folder.lastIndexOf('/'))}/${POOL}`;
/** `20261122-183000`, in UTC: two computers of a school write on one key. */
export const copyName = (made: string): string => made.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');

export interface FoundCopy {
  /** On the medium, for the requests that follow. */
  readonly folder: string;
  readonly school: Id<'school'>;
  /** Absent where it could not be read. */
  readonly made?: string;
  readonly bytes?: number;
  readonly problem?: 'newer' | 'damaged';
}

/** Whole copies on a medium, the newest first; those that cannot be read say so. */
export async function findCopies(medium: Medium): Promise<readonly FoundCopy[]> {
  const found: FoundCopy[] = [];
  for (const school of (await medium.list(SHELF)).filter((name) => SCHOOL_NAME.test(name))) {
    for (const name of await copiesOf(medium, `school_${school}`)) {
      const folder = `${SHELF}/${school}/${name}`;
      const place = { folder, school: `school_${school}` as const };
      try {
        const manifest = await readManifest(medium, folder);
        found.push({ ...place, made: manifest.made, bytes: bytesOf(manifest) });
      } catch (error) {
        const newer = error instanceof PreauError && error.code === 'BACKUP_NEWER';
        found.push({ ...place, problem: newer ? 'newer' : 'damaged' });
      }
    }
  }
  return found.sort((a, b) => (nameOf(a.folder) < nameOf(b.folder) ? 1 : -1));
}
const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf('/') + 1);

/** Names of a school's whole copies, the oldest first. */
export async function copiesOf(medium: Medium, school: Id<'school'>): Promise<readonly string[]> {
  return (await medium.list(schoolFolder(school))).filter((name) => COPY_NAME.test(name));
}

/** A folder of a copy as a person's choice named it. @throws PreauError `BAD_INPUT` for any other place */
export function demandCopyFolder(folder: string): void {
  const [shelf, school = '', name = '', ...rest] = folder.split('/');
  if (shelf !== SHELF || !SCHOOL_NAME.test(school) || !COPY_NAME.test(name) || rest.length > 0)
    throw new PreauError('BAD_INPUT', { path: 'copy' });
}

/**
 * Reads everything a copy names and compares. @throws PreauError `BACKUP_DAMAGED` (`cut`: shorter or missing; `changed`),
 * `BACKUP_CUT` where the medium itself goes away
 */
export async function verify(
  medium: Medium,
  folder: string,
  manifest: Omit<Manifest, 'proof'>,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<void> {
  const { sections, files, keys, recovery } = manifest;
  const here = [...sections.flatMap((one) => one.parts), keys, ...(recovery ? [recovery] : [])];
  const pool = poolOf(folder);
  const all = [
    ...here.map((part) => ({ path: `${folder}/${part.name}`, part })),
    ...files.flatMap((one) => one.parts).map((part) => ({ path: `${pool}/${part.name}`, part })),
  ];
  for (const { path, part } of all) {
    if ((await medium.size(path)) !== part.bytes) throw new PreauError('BACKUP_DAMAGED', { reason: 'cut' });
    const { sha256 } = await readBack(medium, path);
    if (sha256 !== part.sha256) throw new PreauError('BACKUP_DAMAGED', { reason: 'changed' });
    onBytes(part.bytes);
  }
}

/** Copies kept on a key: the newest, and the one before it. */
const KEPT = 2;

/** Takes older copies away, what was never finished, and files that no copy names any more. */
export async function tidy(medium: Medium, school: Id<'school'>): Promise<void> {
  const folder = schoolFolder(school);
  const copies = await copiesOf(medium, school);
  for (const name of copies.slice(0, -KEPT)) await medium.remove(`${folder}/${name}`);
  await removeUnfinished(medium, school);
  const named = new Set<string>();
  for (const name of copies.slice(-KEPT)) {
    const manifest = await readManifest(medium, `${folder}/${name}`).catch(() => undefined);
    // A copy that cannot be read may still be mended by somebody: its files stay.
    if (!manifest) return;
    for (const part of manifest.files.flatMap((one) => one.parts)) named.add(part.name);
  }
  for (const name of await medium.list(`${folder}/${POOL}`))
    if (!named.has(name)) await medium.remove(`${folder}/${POOL}/${name}`);
}

export async function removeUnfinished(medium: Medium, school: Id<'school'>): Promise<void> {
  const folder = schoolFolder(school);
  for (const name of await medium.list(folder))
    if (name.endsWith(UNFINISHED)) await medium.remove(`${folder}/${name}`);
}

export const manifestPath = (folder: string): string => `${folder}/${MANIFEST}`;
