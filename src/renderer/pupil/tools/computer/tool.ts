import { defineAsyncComponent } from 'vue';
import { computer } from '../../state/computer';
import type { PupilTool } from '../../tools';
import { adult, copied } from './state';

/** A computer in pupil mode: an adult's way out of full screen, and what became of a file that was to leave. */
export function createTool(): PupilTool {
  const own = computer();
  if (!own) return {};
  own.onCopy((copy) => (copied.value = copy));
  return {
    forget() {
      adult.open = false;
      copied.value = undefined;
    },
    overlay: {
      shown: () => adult.open,
      component: defineAsyncComponent(() => import('./AdultScreen.vue')),
      rank: 9,
    },
    homeButton: defineAsyncComponent(() => import('./AdultButton.vue')),
    banner: defineAsyncComponent(() => import('./CopyBanner.vue')),
  };
}
