import { defineAsyncComponent } from 'vue';
import { computer } from '../../state/computer';
import type { Session } from '../../state/session';
import type { PupilTool } from '../../tools';
import { apps } from './state';
import { limitsOf } from './held';

/** Applications of a computer in pupil mode, and what the lesson wants of it. In a browser there is nothing of it, nor is it fetched. */
export function createTool(session: Session): PupilTool {
  const held = computer();
  if (!held) return {};
  const limits = limitsOf(session, held);
  const act = (run: (now: Awaited<ReturnType<typeof limits>>) => unknown): void =>
    void limits().then(run, () => undefined);
  return {
    events: {
      'device.limits': (wanted) => act((now) => now.take(wanted)),
      'device.run': (order) => act((now) => now.run(order)),
      // What is sent is what the class does now.
      'lesson.item': () => void (apps.shown = false),
    },
    arrive: async () => (await limits()).arrive(),
    load: async () => (await limits()).again(),
    forget: () => act((now) => now.forget()),
    overlay: { shown: () => apps.shown, component: defineAsyncComponent(() => import('./AppsScreen.vue')) },
    homeButton: defineAsyncComponent(() => import('./AppsButton.vue')),
    banner: defineAsyncComponent(() => import('./AppsBanner.vue')),
  };
}
