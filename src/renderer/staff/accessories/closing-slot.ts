import type { ClosingSlot } from '../cart/closing-slots';
import ClosingAccessories from './ClosingAccessories.vue';
import { countOf } from './closing-count';

/** At the end of a lesson: what each device should have, and what is missing. */
export const slot: ClosingSlot = {
  name: 'accessories',
  rank: 10,
  panel: ClosingAccessories,
  async finish(staff, cart) {
    const count = countOf(cart);
    // Nobody looked at the list: nothing is said of it.
    if (!count) return;
    await staff.request('accessories.count', {
      cart,
      absent: [...count.absent],
      ...(count.class ? { class: count.class } : {}),
    });
  },
};
