import { defineAsyncComponent } from 'vue';
import { SHOW_KIND, SCREEN_HEAD } from '../../../../contract/pupil/frames';
import type { Session } from '../../state/session';
import type { PupilTool } from '../../tools';
import { hear, show, take } from './state';

/** What the teacher shows on this device: it covers the table while it lasts, and gives it back as it was. */
export function createTool(session: Session): PupilTool {
  return {
    events: {
      'show.changed': take,
      'show.drawn': ({ lines }) => void (show.lines = lines),
    },
    heard(bytes) {
      if (bytes.byteLength > SCREEN_HEAD && new DataView(bytes).getUint8(0) === SHOW_KIND) hear(bytes);
    },
    async load() {
      const { shown, lines } = await session.line().request('show.state', {});
      take(shown);
      show.lines = lines;
      if (shown.on) session.tell((line) => line.request('show.keyFrame', {}));
    },
    forget: () => take({ on: false }),
    overlay: {
      shown: () => show.shown.on && show.fresh,
      component: defineAsyncComponent(() => import('./ShowScreen.vue')),
      rank: 1,
    },
    banner: defineAsyncComponent(() => import('./ShowBanner.vue')),
  };
}
