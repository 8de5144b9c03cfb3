import type { internetSubject } from '../../../contract/staff/internet';
import type { StaffHandlers } from '../../capability';
import type { StaffShelf } from '../ports';
import { demandLists, type Internet } from './internet';

export function internetRoutes(
  internet: Internet,
  { shelf }: { readonly shelf: Pick<StaffShelf, 'uploaded'> },
) {
  return {
    state: ({ actor }) => internet.state(actor),
    set: ({ actor }, order) => internet.set(actor, order),
    check: ({ actor }) => internet.check(actor),
    async settings({ actor }) {
      demandLists(actor);
      return (await internet.lists()).settings();
    },
    async saveSettings({ actor }, typed) {
      const lists = await internet.lists();
      await lists.save(actor, typed);
      return lists.settings();
    },
    async importList({ actor, connection }, { upload, categories }) {
      const lists = await internet.lists();
      await lists.take(actor, () => shelf.uploaded(connection, upload), categories);
      return lists.settings();
    },
    async removeList({ actor }) {
      const lists = await internet.lists();
      await lists.remove(actor);
      return lists.settings();
    },
  } satisfies StaffHandlers<typeof internetSubject>;
}
