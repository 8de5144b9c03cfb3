import type { ClosingSlot } from '../closing-slots';
import ClosePoint from './ClosePoint.vue';

export const slot: ClosingSlot = {
  name: 'wifi-point',
  rank: 30,
  panel: ClosePoint,
  /** What this computer switches goes off, with the lesson where there is one; a button is said above. */
  async finish(staff, cart) {
    const { points } = await staff.request('wifiPoint.state', { cart });
    for (const { id, here, light, holds } of points) {
      const ofLesson = holds.some((hold) => hold.here && hold.use === 'lesson');
      if (here && light.value !== 'off' && !ofLesson) await staff.request('wifiPoint.off', { point: id });
    }
    return undefined;
  },
};
