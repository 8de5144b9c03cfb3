import type { androidSubject } from '../../contract/staff/android';
import type { StaffHandlers } from '../capability';
import type { AndroidService, PackageUpload } from './service';

export const androidRoutes = (
  service: AndroidService,
  /** The binary door: what this window has put there. */
  uploaded: (connection: string, id: string) => PackageUpload,
) =>
  ({
    tablets: async ({ actor }) => ({ tablets: await service.tablets(actor) }),
    checkPackage: ({ actor, connection }, { upload }) =>
      service.checkPackage(actor, uploaded(connection, upload)),
    install: ({ actor, connection }, { upload, links }) =>
      service.install(actor, uploaded(connection, upload), links),
    runs: ({ actor }) => ({ runs: service.runs(actor) }),
    cancel: ({ actor }, { run }) => {
      service.cancel(actor, run);
      return {};
    },
  }) satisfies StaffHandlers<typeof androidSubject>;
