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
    sendFile: ({ actor, connection }, { upload, links }) =>
      service.sendFile(actor, uploaded(connection, upload), links),
    about: async ({ actor }, { serial }) => ({ said: await service.about(actor, serial) }),
    app: async ({ actor }, order) => ({ outcomes: await service.app(actor, order) }),
    wifi: ({ actor }) => ({ wanted: service.wifi(actor) }),
    async setWifi({ actor }, { wanted }) {
      await service.setWifi(actor, wanted);
      return {};
    },
    runs: ({ actor }) => ({ runs: service.runs(actor) }),
    cancel: ({ actor }, { run }) => {
      service.cancel(actor, run);
      return {};
    },
  }) satisfies StaffHandlers<typeof androidSubject>;
