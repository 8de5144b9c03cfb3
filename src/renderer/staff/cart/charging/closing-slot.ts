import type { ClosingSlot } from '../closing-slots';
import CloseCharging from './CloseCharging.vue';

/** « Cette nuit », said while the cart fills: nothing is left to do at the end, the plan is made by itself. */
export const slot: ClosingSlot = { name: 'charging', rank: 20, panel: CloseCharging };
