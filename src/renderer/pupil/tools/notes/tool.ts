import { defineAsyncComponent, watch } from 'vue';
import type { Session } from '../../state/session';
import type { PupilTool } from '../../tools';
import { forgetShelf, shelf } from './state';

/** « Mes travaux »: what a child made in the last weeks, what the teacher said of it, and the way to go on. */
export function createTool(session: Session): PupilTool {
  watch(
    () => session.who().join(),
    () => forgetShelf(),
  );
  return {
    events: {
      'notes.returned': ({ id }) => {
        shelf.news = [...shelf.news.filter((one) => one !== id), id];
      },
      // Something new is sent: it is what the class does now.
      'lesson.item': () => {
        shelf.open = false;
      },
    },
    forget: forgetShelf,
    overlay: {
      shown: () => shelf.open,
      component: defineAsyncComponent(() => import('./ShelfScreen.vue')),
    },
    homeButton: defineAsyncComponent(() => import('./ShelfButton.vue')),
    banner: defineAsyncComponent(() => import('./ReturnedBanner.vue')),
  };
}
