import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { PreauError } from '../../domain/errors';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant } from '../../domain/time';
import type { BackupState, FoundCopyView, Place } from '../../contract/staff/backup';
import type { Disposable, Platform } from '../capability';
import { folderMedium, type Medium } from './medium';
import { demandProof, readManifest } from './manifest';
import { removablePlaces } from './places';
import { demandCopyFolder, findCopies, verify } from './shelf';
import type { CopySource } from './source';
import { sizeOf } from './size';
import { writeCopy, type CopyProgress } from './write-copy';

export interface BackupDeps {
  readonly platform: Platform;
  readonly source: CopySource;
  /** A copy stands on a key, in milliseconds. */
  readonly copied: (at: number) => Promise<void>;
}

export interface BackupService extends Disposable {
  state(actor: Actor): BackupState;
  places(actor: Actor): Promise<readonly Place[]>;
  look(actor: Actor, folder: string): Promise<FoundCopyView[]>;
  /** @throws PreauError `BUSY`, `NOT_FOUND` (no such folder), and those of write-copy.ts */
  write(actor: Actor, folder: string): Promise<BackupState>;
  stop(actor: Actor): void;
  check(actor: Actor, folder: string, copy: string): Promise<void>;
}

/** How often a screen hears of progress, in bytes. */
const TELL_EVERY = 1024 * 1024;

export function createBackupService({ platform, source, copied }: BackupDeps): BackupService {
  let state: BackupState = {};
  let stop: AbortController | undefined;
  let writing: Promise<unknown> | undefined;

  function become(next: BackupState): BackupState {
    state = next;
    platform.publish('backup.changed', next);
    return next;
  }
  let told = 0;
  function progress(now: CopyProgress): void {
    if (now.done - told < TELL_EVERY && now.done >= told) return;
    told = now.done;
    become({ ...state, running: now });
  }

  return {
    state(actor) {
      demand(actor, 'sync.read');
      return state;
    },
    async places(actor) {
      demand(actor, 'sync.read');
      return removablePlaces();
    },
    async look(actor, folder) {
      demand(actor, 'sync.read');
      return (await findCopies(await mediumAt(folder))).map(({ folder: copy, school, ...rest }) => ({
        copy,
        ours: school === source.school,
        ...rest,
      }));
    },
    async write(actor, folder) {
      demand(actor, 'sync.run');
      if (writing) throw new PreauError('BUSY');
      const began = platform.clock();
      stop = new AbortController();
      const work = (async () => {
        const medium = await mediumAt(folder);
        const expected = await sizeOf(source, platform.dataFolder);
        become({ ...state, running: { step: 'writing', done: 0, total: expected } });
        return writeCopy(platform, source, medium, {
          expected,
          onProgress: progress,
          ...(stop ? { stop: stop.signal } : {}),
        });
      })();
      writing = work;
      told = 0;
      try {
        const made = await work;
        await copied(Date.parse(made.made));
        platform.log.info('backup.made', { bytes: made.bytes });
        const seconds = Math.max(1, Math.round((platform.clock() - began) / 1000));
        return become({ last: { at: instant(Date.parse(made.made)), bytes: made.bytes, seconds } });
      } catch (error) {
        const code = error instanceof PreauError ? error.code : 'INTERNAL';
        platform.log.warn('backup.failed', { code });
        const { last } = state;
        become(last ? { last } : {});
        throw error;
      } finally {
        writing = undefined;
      }
    },
    stop(actor) {
      demand(actor, 'sync.run');
      stop?.abort();
    },
    async check(actor, folder, copy) {
      demand(actor, 'sync.read');
      demandCopyFolder(copy);
      const medium = await mediumAt(folder);
      const manifest = await readManifest(medium, copy);
      if (manifest.school !== source.school) throw new PreauError('BACKUP_OTHER_SCHOOL');
      demandProof(manifest, source.keyring.dataKey('parc'));
      await verify(medium, copy, manifest);
    },
    async close() {
      stop?.abort();
      await writing?.catch(() => undefined);
    },
  };
}

/** A folder that is there. @throws PreauError `NOT_FOUND` */
export async function mediumAt(folder: string): Promise<Medium> {
  const found = isAbsolute(folder) && (await stat(folder).catch(() => undefined));
  if (!found || !found.isDirectory()) throw new PreauError('NOT_FOUND', { kind: 'folder' });
  return folderMedium(folder);
}
