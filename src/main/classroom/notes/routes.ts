import type { notesSubject } from '../../../contract/staff/notes';
import type { StaffHandlers } from '../../capability';
import type { NotesTool } from './service';

export function notesRoutes(notes: NotesTool) {
  return {
    async open({ actor, connection }, place) {
      const note = await notes.open(actor, connection, place);
      return note ? { note } : {};
    },
    async save({ actor, connection }, order) {
      await notes.save(actor, connection, order);
      return {};
    },
    async takeBack({ actor }, place) {
      await notes.takeBack(actor, place);
      return {};
    },
  } satisfies StaffHandlers<typeof notesSubject>;
}
