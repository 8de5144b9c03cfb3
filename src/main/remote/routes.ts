import type { remoteStaffSubject } from '../../contract/staff/remote';
import type { StaffHandlers } from '../capability';
import type { RemoteService } from './service';

export function remoteRoutes(remote: RemoteService) {
  return {
    state: ({ actor }) => remote.state(actor),
    allow: ({ actor }, { allowed }) => remote.allow(actor, allowed),
    startPairing: ({ actor }) => remote.startPairing(actor),
    stopPairing({ actor }) {
      remote.stopPairing(actor);
      return {};
    },
    unpair: ({ actor }, { id }) => remote.unpair(actor, id),
  } satisfies StaffHandlers<typeof remoteStaffSubject>;
}
