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
    if (!count) return undefined;
    const of = count.class ? { class: count.class } : {};
    const { missing, back } = await staff.request('accessories.count', {
      cart,
      absent: [...count.absent],
      ...of,
    });
    return async () => {
      for (const accessory of missing)
        await staff.request('accessories.say', { accessory, state: 'inService' });
      for (const accessory of back) await staff.request('accessories.say', { accessory, state: 'missing' });
    };
  },
};
