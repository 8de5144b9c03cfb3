import type { ClosingSlot } from '../cart/closing-slots';
import ClosingAccessories from './ClosingAccessories.vue';
import { absentOf } from './closing-count';

/** At the end of a lesson: what each device should have, and what is missing. */
export const slot: ClosingSlot = {
  name: 'accessories',
  rank: 10,
  panel: ClosingAccessories,
  async finish(staff, cart) {
    const absent = absentOf(cart);
    // Nobody looked at the list: nothing is said of it.
    if (!absent) return;
    // Who may put a cart away may not always see the lesson: then the class is not told.
    const { lesson } = await staff.request('classroom.state', {}).catch(() => ({ lesson: undefined }));
    await staff.request('accessories.count', {
      cart,
      absent: [...absent],
      ...(lesson?.class ? { class: lesson.class } : {}),
    });
  },
};
