import { defineAsyncComponent, shallowRef } from 'vue';
import { computer } from '../../state/computer';
import type { Session } from '../../state/session';
import type { PupilTool } from '../../tools';
import type { AppsPage } from './page';

/** Applications of a computer in pupil mode, and what the lesson wants of it. In a browser there is nothing of it, nor is it fetched. */
export function createTool(session: Session): PupilTool {
  const own = computer();
  if (!own) return {};
  const made = shallowRef<AppsPage>();
  let making: Promise<AppsPage> | undefined;
  /** A piece that a weak Wi-Fi lost is asked for again. */
  const page = (): Promise<AppsPage> =>
    (making ??= import('./page').then(
      ({ openPage }) => (made.value = openPage(session, own)),
      (error: unknown) => {
        making = undefined;
        throw error;
      },
    ));
  const act = (run: (now: AppsPage) => unknown): void => void page().then(run, () => undefined);
  return {
    events: {
      'device.limits': (wanted) => act(({ limits }) => limits.take(wanted)),
      'device.run': (order) => act(({ limits }) => limits.run(order)),
      // What is sent is what the class does now.
      'lesson.item': () => act(({ apps }) => (apps.shown = false)),
    },
    arrive: async () => (await page()).limits.arrive(),
    load: async () => (await page()).limits.again(),
    forget: () => act(({ limits }) => limits.forget()),
    overlay: {
      shown: () => made.value?.apps.shown === true,
      component: defineAsyncComponent(() => import('./AppsScreen.vue')),
    },
    homeButton: defineAsyncComponent(() => import('./AppsButton.vue')),
    banner: defineAsyncComponent(() => import('./AppsBanner.vue')),
  };
}
