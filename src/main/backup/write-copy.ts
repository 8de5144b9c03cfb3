import { readFile } from 'node:fs/promises';
import { isPreauError, PreauError } from '../../domain/errors';
import { opaque } from '../../domain/id';
import { instant } from '../../domain/time';
import { canonicalBytes } from '../../exchange';
import type { Platform } from '../capability';
import { blockKey, PART_BYTES, writeSection } from './blocks';
import { copyFile, POOL, storedFiles } from './files';
import { bytesOf, FORMAT, proven, readManifest, type Manifest, type Section } from './manifest';
import type { Medium, Written } from './medium';
import { copyName, manifestPath, removeUnfinished, schoolFolder, tidy, UNFINISHED, verify } from './shelf';
import { audiencesOf, blocksOf, sealedWith, type CopySource } from './source';

export interface CopyProgress {
  readonly step: 'writing' | 'reading-back';
  readonly done: number;
  /** Bytes expected; what was done may exceed it a little. */
  readonly total: number;
}

export interface CopyMade {
  readonly made: string;
  readonly bytes: number;
  /** Folder on the medium. */
  readonly folder: string;
}

/** What a system needs beside the bytes themselves: folders, tables of the file system. */
const ROOM_BESIDE = 4 * 1024 * 1024;

/**
 * A copy of this poste on a key: written beside the former one, flushed, read again, and named last. Whatever happens
 * before that, the former copy is what it was.
 * @param expected bytes that a copy takes, as far as one knows beforehand
 * @throws PreauError `BACKUP_NO_ROOM`, `BACKUP_CUT` (the key went away), `BACKUP_DAMAGED` (what was written does not read
 * back)
 */
export async function writeCopy(
  platform: Pick<Platform, 'clock' | 'random'>,
  source: CopySource,
  medium: Medium,
  options: {
    readonly expected: number;
    readonly partBytes?: number;
    readonly onProgress?: (progress: CopyProgress) => void;
    readonly stop?: AbortSignal;
  },
): Promise<CopyMade> {
  const { school } = source;
  const partBytes = options.partBytes ?? PART_BYTES;
  const folder = schoolFolder(school);
  const made = instant(platform.clock());
  const name = copyName(made);
  const draft = `${folder}/${name}${UNFINISHED}`;
  let done = 0;
  let step: CopyProgress['step'] = 'writing';
  const onBytes = (bytes: number): void => {
    options.stop?.throwIfAborted();
    done += bytes;
    options.onProgress?.({ step, done, total: options.expected });
  };
  try {
    await removeUnfinished(medium, school);
    const free = await medium.free();
    if (free !== undefined && free < options.expected + ROOM_BESIDE)
      throw new PreauError('BACKUP_NO_ROOM', { needed: options.expected + ROOM_BESIDE, free });
    await medium.makeFolder(draft);
    await medium.makeFolder(`${folder}/${POOL}`);

    const id = opaque(platform.random(9));
    const keys = await keysFor(medium, draft, source);
    const sections = await writeSections(medium, draft, id, source, partBytes, onBytes);
    const files: Manifest['files'] = [];
    for (const path of await storedFiles(source.filesFolder)) {
      const copied = await copyFile(
        medium,
        `${folder}/${POOL}`,
        source.filesFolder,
        path,
        partBytes,
        onBytes,
      );
      if (copied) files.push(copied);
    }
    const said = { format: FORMAT, id, made, school, sections, files, ...keys } as const;
    const manifest = proven(said, source.keyring.dataKey('parc'));
    await medium.write(manifestPath(draft), [Buffer.from(JSON.stringify(manifest))]);

    step = 'reading-back';
    done = 0;
    const again = await readManifest(medium, draft);
    if (again.proof !== manifest.proof) throw new PreauError('BACKUP_DAMAGED', { reason: 'manifest' });
    await verify(medium, draft, again, onBytes);
    await medium.remove(`${folder}/${name}`);
    await medium.rename(draft, `${folder}/${name}`);
    // From here on the copy is made; what is not tidied is tidied the next time.
    await tidy(medium, school).catch(() => undefined);
    return { made, bytes: bytesOf(manifest), folder: `${folder}/${name}` };
  } catch (error) {
    await medium.remove(draft).catch(() => undefined);
    if (isPreauError(error) && error.code === 'DISK_FULL')
      throw new PreauError('BACKUP_NO_ROOM', { needed: options.expected, free: 0 }, { cause: error });
    if (options.stop?.aborted) throw new PreauError('STOPPING');
    throw error;
  }
}

async function writeSections(
  medium: Medium,
  draft: string,
  copy: string,
  source: CopySource,
  partBytes: number,
  onBytes: (bytes: number) => void,
): Promise<Section[]> {
  const sections: Section[] = [];
  for (const audience of await audiencesOf(source)) {
    const by = sealedWith(source, audience);
    const number = String(sections.length + 1).padStart(3, '0');
    const written = await writeSection(
      medium,
      { copy, audience, keys: [blockKey(source.keyring.dataKey(by))] },
      blocksOf(source, audience),
      (part) => {
        const name = `s${number}.${String(part).padStart(3, '0')}`;
        return { path: `${draft}/${name}`, name };
      },
      partBytes,
      onBytes,
    );
    sections.push({ audience, sealedWith: by, ...written });
  }
  return sections;
}

/** Wraps of the keys: for people and for the sheet; what this machine's keychain opens helps no other one. */
async function keysFor(
  medium: Medium,
  draft: string,
  source: CopySource,
): Promise<Pick<Manifest, 'keys' | 'recovery'>> {
  const write = async (name: string, bytes: Buffer): Promise<Written & { name: string }> => ({
    name,
    ...(await medium.write(`${draft}/${name}`, [bytes])),
  });
  const file: unknown = JSON.parse(await readFile(source.keysFile, 'utf8'));
  const keys = await write('cles.json', Buffer.from(JSON.stringify(withoutMachine(file))));
  const recovery = await source.recovery();
  return recovery === undefined
    ? { keys }
    : { keys, recovery: await write('fiche.json', canonicalBytes(recovery)) };
}

function withoutMachine(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMachine);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, held]) =>
      name === 'machine' ? [] : [[name, withoutMachine(held)]],
    ),
  );
}
