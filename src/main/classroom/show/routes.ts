import type { SeatKey } from '../../../domain/lesson/model';
import type { showStaffSubject } from '../../../contract/staff/show';
import type { StaffHandlers } from '../../capability';
import type { ShowTool } from './show';

const keys = (to: 'all' | string[]): 'all' | SeatKey[] =>
  to === 'all' ? to : to.map((key) => key as SeatKey);

export const showRoutes = (show: ShowTool) =>
  ({
    state: ({ actor }) => show.view(actor),
    start: ({ actor, connection }, order) => show.start(actor, connection, order.show, keys(order.to)),
    picture({ actor, connection }, { chunk }) {
      show.picture(actor, connection, Buffer.from(chunk, 'base64'));
      return {};
    },
    draw({ actor }, { lines }) {
      show.draw(actor, lines);
      return {};
    },
    stop({ actor }) {
      show.stop(actor);
      return {};
    },
  }) satisfies StaffHandlers<typeof showStaffSubject>;
