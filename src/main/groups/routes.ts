import type { dispatchSubject } from '../../contract/staff/dispatch';
import type { groupsSubject, searchSubject } from '../../contract/staff/groups';
import type { StaffHandlers } from '../capability';
import type { DispatchService } from './dispatch-service';
import type { GroupsService } from './groups-service';
import type { SearchService } from './search-service';

export const groupsRoutes = (service: GroupsService) =>
  ({
    list: async ({ actor }) => ({ groups: await service.list(actor) }),
    choices: ({ actor }) => service.choices(actor),
    save: ({ actor }, group) => service.save(actor, group),
    archive: async ({ actor }, { id, leaves, archived }) => {
      await service.archive(actor, id, leaves, archived);
      return {};
    },
  }) satisfies StaffHandlers<typeof groupsSubject>;

export const dispatchRoutes = (service: DispatchService) =>
  ({
    look: ({ actor }, input) => service.look(actor, input.class, input.day),
    propose: ({ actor }, order) => service.propose(actor, order),
    send: ({ actor }, order) => service.send(actor, order),
    end: async ({ actor }, { dispatch }) => {
      await service.end(actor, dispatch);
      return {};
    },
    list: async ({ actor }) => ({ dispatches: await service.list(actor) }),
    today: ({ actor }, { day }) => service.today(actor, day),
    setEnd: async ({ actor }, { time }) => {
      await service.setEnd(actor, time);
      return {};
    },
    keepApart: async ({ actor }, input) => ({
      id: await service.keepApart(actor, input.class, input.pupils),
    }),
    mayMeet: async ({ actor }, input) => {
      await service.mayMeet(actor, input.class, input.id);
      return {};
    },
  }) satisfies StaffHandlers<typeof dispatchSubject>;

export const searchRoutes = (service: SearchService) =>
  ({
    people: async ({ actor }, { query, limit }) => ({ people: await service.people(actor, query, limit) }),
  }) satisfies StaffHandlers<typeof searchSubject>;
