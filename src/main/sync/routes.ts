import type { syncSubject } from '../../contract/staff/sync';
import type { StaffHandlers } from '../capability';
import type { Introductions } from '../postes/introductions';
import type { SyncService } from './service';

/** The contract's `sync` requests. */
export const syncRoutes = (sync: SyncService, introductions: Introductions) =>
  ({
    status: ({ actor }) => sync.status(actor),
    run: ({ actor }) => sync.run(actor),
    endOfDay: ({ actor }) => sync.endOfDay(actor),
    settings: ({ actor }, input) => sync.settings(actor, input),
    wake: ({ actor }) => sync.wake(actor),
    undoResolve: async ({ actor }, what) => {
      await sync.undoResolve(actor, what);
      return {};
    },
    conflicts: async ({ actor }) => ({ conflicts: await sync.conflicts(actor) }),
    resolve: async ({ actor }, choice) => {
      await sync.resolve(actor, choice);
      return {};
    },
    readers: async ({ actor }) => ({ readers: await sync.readers(actor) }),
    setCommune: ({ actor }, input) => sync.setCommune(actor, input),
    openIntroduction: ({ actor }, { person }) => introductions.open(actor, person),
    openRestore: ({ actor }) => introductions.openRestore(actor),
    introduction: ({ actor }) => introductions.state(actor),
    confirmIntroduction: ({ actor }, { digits }) => introductions.confirm(actor, digits),
    closeIntroduction: ({ actor }) => introductions.close(actor),
  }) satisfies StaffHandlers<typeof syncSubject>;
