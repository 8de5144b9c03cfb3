import type { ClosingSlot } from '../closing-slots';
import ClosePower from './ClosePower.vue';
import { restAfter } from './rest-choice';

export const slot: ClosingSlot = {
  name: 'power',
  rank: 40,
  panel: ClosePower,
  /** Those on which nobody works any more; the ten seconds of grace are the time to take it back. */
  async finish(staff, cart) {
    if (!restAfter.value) return undefined;
    const { devices } = await staff.request('power.look', { cart });
    const able = devices.filter(
      ({ orders, blocked, state }) => orders.includes('rest') && !blocked && state !== 'working',
    );
    if (able.length > 0)
      await staff.request('power.run', { cart, devices: able.map(({ device }) => device), order: 'rest' });
    return undefined;
  },
};
