import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Audience } from '../../domain/audience';
import { isPreauError, PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Grant, Replica } from '../../exchange';
import { syncDirectory } from '../../store/atomic-file';
import type { Store } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import { blockKey, readSection, type Block } from './blocks';
import { restoreFile } from './files';
import { demandProof, readManifest, type Manifest, type Section } from './manifest';
import { readWhole, type Medium } from './medium';
import { poolOf, verify } from './shelf';
import { readAbout, readGrants, readRecords, type About } from './source';

/** What opens a copy: the printed sheet's code, or the password of anybody who worked on the poste that made it. */
export type Opener = { readonly code: string } | { readonly password: string };

export interface RestoreSteps {
  /**
   * A keyring over `folder/keys.json`. The sheet's half of it is first written from `recovery` where the file itself has no
   * sheet of the school's.
   */
  readonly openKeyring: (folder: string, recovery: Buffer | undefined, opener: Opener) => Promise<Keyring>;
  /** A new poste over the staging folder; its identity is in memory until `settle`. */
  readonly openPoste: (
    folder: string,
    keyring: Keyring,
    about: About,
    grants: readonly Grant[],
  ) => Promise<NewPoste>;
}

export interface NewPoste {
  readonly store: Store;
  readonly replica: Replica;
  /** Signs the new poste's grant where a head's key opened, and writes its identity. */
  settle(): Promise<{ readonly granted: boolean }>;
  close(): Promise<void>;
}

export interface Restored {
  readonly school: Id<'school'>;
  readonly made: string;
  /** False where no head's key opened: the head must welcome this poste before it exchanges. */
  readonly granted: boolean;
  /** Audiences whose key opened. */
  readonly opened: readonly Audience[];
}

/** Where a restore is put together; moved into place when it is whole. */
const STAGING = 'restoring';
/** `keys.json` comes last: a folder without it holds no school, and the next try starts afresh. */
const MOVED: readonly string[] = [
  'databases',
  'parcels',
  'refusals.json',
  'files',
  'poste.sealed',
  'keys.json',
];

/**
 * Rebuilds a poste from a copy, on a folder without a school. The poste is a new one: the old one's identity is not in
 * the copy, so that no sequence number is ever used twice.
 * @throws PreauError `SCHOOL_EXISTS`, `RECOVERY_WRONG`, `KEY_WRONG`, `BACKUP_NEWER`, `BACKUP_DAMAGED`, `BACKUP_CUT`
 */
export async function restoreCopy(
  steps: RestoreSteps,
  dataFolder: string,
  medium: Medium,
  copy: string,
  opener: Opener,
  onProgress: (progress: { readonly done: number; readonly total: number }) => void,
): Promise<Restored> {
  if (await exists(join(dataFolder, 'keys.json'))) throw new PreauError('SCHOOL_EXISTS');
  const manifest = await readManifest(medium, copy);
  const staging = join(dataFolder, STAGING);
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  try {
    const keyring = await openKeys(steps, medium, copy, manifest, staging, opener);
    demandProof(manifest, keyring.dataKey('parc'));
    const total =
      2 *
      [...manifest.sections, ...manifest.files]
        .flatMap((one) => one.parts)
        .reduce((sum, one) => sum + one.bytes, 0);
    let done = 0;
    const onBytes = (bytes: number): void => onProgress({ done: (done += bytes), total });
    await verify(medium, copy, manifest, onBytes);
    const granted = await unpack(steps, medium, copy, manifest, staging, keyring, onBytes);
    await moveInto(dataFolder, staging);
    const opened = keyring.audiences().filter((name) => keyring.has(name));
    return { school: manifest.school, made: manifest.made, granted, opened };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function openKeys(
  steps: RestoreSteps,
  medium: Medium,
  copy: string,
  { keys, recovery }: Manifest,
  staging: string,
  opener: Opener,
): Promise<Keyring> {
  const part = (name: string): Promise<Buffer> => readWhole(medium, `${copy}/${name}`, 8 * 1024 * 1024);
  await writeFile(join(staging, 'keys.json'), await part(keys.name), { mode: 0o600 });
  try {
    return await steps.openKeyring(staging, recovery && (await part(recovery.name)), opener);
  } catch (error) {
    // A file of keys that is not one is a copy that was changed; a wrong code is a wrong code.
    if (isPreauError(error) && ['BAD_INPUT', 'DOCUMENT_TAMPERED'].includes(error.code))
      throw new PreauError('BACKUP_DAMAGED', { reason: 'keys' }, { cause: error });
    throw error;
  }
}

async function unpack(
  steps: RestoreSteps,
  medium: Medium,
  copy: string,
  manifest: Manifest,
  staging: string,
  keyring: Keyring,
  onBytes: (bytes: number) => void,
): Promise<boolean> {
  const blocks = (section: Section): AsyncIterable<Block> =>
    readSection(medium, copy, section, {
      copy: manifest.id,
      audience: section.audience,
      keys: keyring.dataKeys(section.sealedWith).map(blockKey),
    });
  const about = await openingOf(manifest, blocks);
  const poste = await steps.openPoste(staging, keyring, about.about, about.grants);
  let granted = false;
  try {
    for (const section of manifest.sections) {
      // Somebody else's: it stays in the copy, and comes by an exchange if it is ever theirs.
      if (!keyring.has(section.sealedWith)) continue;
      for await (const block of blocks(section)) {
        await takeIn(poste, section.audience, block, keyring.has(section.audience));
      }
      onBytes(section.parts.reduce((sum, part) => sum + part.bytes, 0));
    }
    for (const file of manifest.files) {
      await restoreFile(medium, poolOf(copy), file, join(staging, 'files'));
      onBytes(file.parts.reduce((sum, part) => sum + part.bytes, 0));
    }
    ({ granted } = await poste.settle());
  } finally {
    await poste.close();
  }
  return granted;
}

/** `parc` begins with who the school is, and the grants that make its authors known. */
async function openingOf(
  { sections, school }: Manifest,
  blocks: (section: Section) => AsyncIterable<Block>,
): Promise<{ about: About; grants: readonly Grant[] }> {
  const parc = sections.find(({ audience }) => audience === 'parc');
  if (!parc) throw new PreauError('BACKUP_DAMAGED', { reason: 'sections' });
  let about: About | undefined;
  for await (const { kind, bytes } of blocks(parc)) {
    if (kind === 'H') about = readAbout(bytes);
    else if (kind === 'G' && about) {
      if (about.school !== school) throw new PreauError('BACKUP_OTHER_SCHOOL');
      return { about, grants: readGrants(bytes) };
    } else break;
  }
  throw new PreauError('BACKUP_DAMAGED', { reason: 'about' });
}

async function takeIn(poste: NewPoste, audience: Audience, block: Block, open: boolean): Promise<void> {
  // What another poste refuses, this one refuses too: a parcel is judged here as if it came over the network.
  if (block.kind === 'P') await poste.replica.take(block.bytes);
  if (block.kind !== 'R' || !open) return;
  const database = await poste.store.open(audience);
  await database.apply(readRecords(block.bytes));
}

async function moveInto(dataFolder: string, staging: string): Promise<void> {
  for (const name of MOVED) {
    if (!(await exists(join(staging, name)))) continue;
    await rm(join(dataFolder, name), { recursive: true, force: true });
    await rename(join(staging, name), join(dataFolder, name));
    await syncDirectory(dataFolder);
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
