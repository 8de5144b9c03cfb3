import { join } from 'node:path';
import { backupRoutes } from './backup/routes';
import { createBackupService, type BackupService } from './backup/service';
import type { Platform, StaffCall } from './capability';
import type { HandlerTable } from './dispatch';
import type { Identity } from './postes/identity';
import { readRecovery } from './postes/recovery';
import type { PosteReplica } from './sync/poste-replica';
import type { SyncService } from './sync/service';
import type { Id } from '../domain/id';
import type { Keyring } from '../store/port-keys';
import type { Store } from '../store/port';

/** « Copie sur clé USB » as a room of the host: what a copy is made from, and where it is noted. */
export function openBackup(deps: {
  readonly platform: Platform;
  readonly store: Store;
  readonly keyring: Keyring;
  readonly school: Id<'school'>;
  readonly identity: Identity;
  readonly mine: PosteReplica;
  readonly sync: Pick<SyncService, 'copied'>;
}): { readonly backup: BackupService; readonly handlers: HandlerTable<StaffCall> } {
  const { platform, store, keyring, school, identity, mine } = deps;
  const backup = createBackupService({
    platform,
    source: {
      school,
      anchors: identity.anchors,
      replica: mine.replica,
      store,
      keyring,
      keysFile: join(platform.dataFolder, 'keys.json'),
      filesFolder: join(platform.dataFolder, 'files'),
      recovery: async () => readRecovery(await store.open('parc'), school),
    },
    copied: (at) => deps.sync.copied(at),
  });
  return { backup, handlers: { backup: backupRoutes(backup) } };
}
