import type { appsSubject } from '../../../contract/staff/apps';
import type { StaffHandlers } from '../../capability';
import type { Apps } from './service';

export const appsRoutes = (apps: Apps) =>
  ({
    state: ({ actor }) => apps.state(actor),
    look: ({ actor }) => apps.look(actor),
    set: ({ actor }, order) => apps.set(actor, order),
    run: ({ actor }, order) => apps.run(actor, order),
    fetch: ({ actor }, order) => apps.fetch(actor, order),
    fetched: ({ actor }) => apps.fetched(actor),
    leftovers: ({ actor }, { folders }) => apps.leftovers(actor, folders),
    clean: ({ actor }, order) => apps.clean(actor, order),
    stopFetch: ({ actor }) => {
      apps.stopFetch(actor);
      return {};
    },
  }) satisfies StaffHandlers<typeof appsSubject>;
