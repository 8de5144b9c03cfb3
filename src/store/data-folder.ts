import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PreauError } from '../domain/errors';
import { syncDirectory, writeAtomically } from './atomic-file';
import { finishDeletions } from './database-folder';
import { lockFolder } from './folder-lock';
import { storageError } from './storage-errors';

/** The layout this programme writes. Raised with a step in `upgrades` each time the layout changes. */
export const DATA_VERSION = 2;
/**
 * From 1: keys have generations, values on the disk name theirs, files are cut by content. Each is read as it was and written
 * anew when it changes, so nothing is to be done at once; but an older Préau must not open what this one writes.
 */
const UPGRADES: NonNullable<DataFolderOptions['upgrades']> = { 1: () => Promise.resolve() };
const BACKUPS = 'backups';
const VERSION_FILE = 'preau.json';
/** Everything a step may change. Files are addressed by content and copied by none. */
const BACKED_UP = [
  'databases',
  'keys.json',
  'logins.json',
  'poste.sealed',
  'poste-tls.sealed',
  'parcels',
  'refusals.json',
  'sync.json',
  'devices',
  VERSION_FILE,
];

export interface DataFolderOptions {
  readonly folder: string;
  /** For tests of upgrades; `DATA_VERSION` otherwise. */
  readonly version?: number;
  /** The step from each older version to the next. It may be run again after a crash: it must not mind. */
  readonly upgrades?: Readonly<Record<number, (folder: string) => Promise<void>>>;
}

/** The folder that holds a poste's data, locked for this process and of a version it understands. */
export class DataFolder {
  private constructor(
    readonly path: string,
    private readonly unlock: () => Promise<void>,
  ) {}

  /**
   * Takes the lock, then looks at the version: newer data is refused and left untouched, older data is copied under
   * `backups/` before it is brought up to date.
   * @throws PreauError `STORE_LOCKED`, `NEWER_DATA`, `BAD_INPUT` (unreadable `preau.json`), `DISK_FULL`
   */
  static async open(options: DataFolderOptions): Promise<DataFolder> {
    const { folder, version = DATA_VERSION, upgrades = UPGRADES } = options;
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw storageError(error);
    });
    const unlock = await lockFolder(join(folder, 'lock'));
    try {
      const found = await readVersion(folder);
      if (found !== undefined && found > version)
        throw new PreauError('NEWER_DATA', { found, known: version });
      if (found === undefined) await writeVersion(folder, version);
      else if (found < version) await upgrade(folder, found, version, upgrades);
      await finishDeletions(folder);
      return new DataFolder(folder, unlock);
    } catch (error) {
      await unlock();
      throw storageError(error);
    }
  }

  in(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  close(): Promise<void> {
    return this.unlock();
  }
}

const writeVersion = (folder: string, dataVersion: number): Promise<void> =>
  writeAtomically(join(folder, VERSION_FILE), `${JSON.stringify({ dataVersion })}\n`);

/** Undefined for a folder that holds nothing yet. */
async function readVersion(folder: string): Promise<number | undefined> {
  const names = new Set(await readdir(folder));
  if (!names.has(VERSION_FILE)) {
    // The version is the first thing ever written: data without it was copied here by hand, and not by us.
    if (names.has('databases') || names.has('keys.json'))
      throw new PreauError('BAD_INPUT', { path: VERSION_FILE });
    return undefined;
  }
  try {
    const parsed = JSON.parse(await readFile(join(folder, VERSION_FILE), 'utf8')) as {
      dataVersion?: unknown;
    };
    if (Number.isSafeInteger(parsed.dataVersion)) return Number(parsed.dataVersion);
  } catch (cause) {
    throw new PreauError('BAD_INPUT', { path: VERSION_FILE }, { cause });
  }
  throw new PreauError('BAD_INPUT', { path: VERSION_FILE });
}

async function upgrade(
  folder: string,
  from: number,
  to: number,
  upgrades: NonNullable<DataFolderOptions['upgrades']>,
): Promise<void> {
  await backUp(folder, from);
  for (let version = from; version < to; version++) {
    const step = upgrades[version];
    if (!step) throw new Error(`no step from data version ${version}`);
    await step(folder);
    await writeVersion(folder, version + 1);
  }
}

/** A whole copy, under its final name only once it is complete; one that is there already is the right one. */
async function backUp(folder: string, version: number): Promise<void> {
  const backups = join(folder, BACKUPS);
  const done = join(backups, `version-${version}`);
  await mkdir(backups, { recursive: true });
  if ((await readdir(backups)).includes(`version-${version}`)) return;
  const draft = `${done}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft);
  const present = new Set(await readdir(folder));
  for (const name of BACKED_UP.filter((one) => present.has(one))) {
    await cp(join(folder, name), join(draft, name), { recursive: true });
  }
  await rename(draft, done);
  await syncDirectory(backups);
}

/** Deletes the copies made before upgrades: what retention removes must not live on in them. */
export async function forgetUpgradeCopies(folder: string): Promise<void> {
  await rm(join(folder, BACKUPS), { recursive: true, force: true });
}
