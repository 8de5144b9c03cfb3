import type { roomSubject } from '../../../contract/staff/room';
import type { StaffHandlers } from '../../capability';
import type { Room } from './service';

/** @param turnCode a new code on the board, after a visitor was sent away */
export function roomRoutes(room: Room, turnCode: () => void) {
  return {
    state: ({ actor }) => room.state(actor),
    last: async ({ actor }, { classes }) => ({ lessons: await room.last(actor, classes) }),
    async places({ actor }, order) {
      await room.places(actor, order);
      return {};
    },
    async groups({ actor }, order) {
      await room.groups(actor, order);
      return {};
    },
    async workshops({ actor }, order) {
      await room.workshops(actor, order);
      return {};
    },
    next: ({ actor }) => room.next(actor),
    async endWorkshops({ actor }) {
      await room.endWorkshops(actor);
      return {};
    },
    async swap({ actor }, { from, to }) {
      await room.swap(actor, from, to);
      return {};
    },
    async sendAway({ actor }, { seat }) {
      await room.sendAway(actor, seat);
      turnCode();
      return {};
    },
  } satisfies StaffHandlers<typeof roomSubject>;
}
