import type { backupSubject } from '../../contract/staff/backup';
import type { StaffHandlers } from '../capability';
import type { BackupService } from './service';

/** The contract's `backup` requests. */
export const backupRoutes = (backup: BackupService) =>
  ({
    places: async ({ actor }) => ({ places: [...(await backup.places(actor))] }),
    look: async ({ actor }, { folder }) => ({ copies: await backup.look(actor, folder) }),
    state: ({ actor }) => backup.state(actor),
    write: ({ actor }, { folder }) => backup.write(actor, folder),
    stop: ({ actor }) => {
      backup.stop(actor);
      return {};
    },
    check: async ({ actor }, { folder, copy }) => {
      await backup.check(actor, folder, copy);
      return {};
    },
  }) satisfies StaffHandlers<typeof backupSubject>;
