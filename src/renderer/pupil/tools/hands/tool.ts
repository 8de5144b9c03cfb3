import { defineAsyncComponent } from 'vue';
import type { PupilTool } from '../../tools';
import type { Session } from '../../state/session';
import { called } from './state';

/** The teacher calls who raised a hand: said large, and aloud where the browser has a voice. */
export function createTool({ state }: Session): PupilTool {
  return {
    events: {
      'talk.called': ({ on }) => void (called.value = on && state.handUp),
      'lesson.handLowered': () => void (called.value = false),
    },
    forget: () => void (called.value = false),
    banner: defineAsyncComponent(() => import('./CalledBanner.vue')),
  };
}
