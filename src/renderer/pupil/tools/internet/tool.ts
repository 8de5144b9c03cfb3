import { defineAsyncComponent } from 'vue';
import type { Session } from '../../state/session';
import type { PupilTool } from '../../tools';
import { refusal } from './refusal';

/** Says what the Internet is in this lesson, in a child's words, and lets the filter see whether this device passes by it. */
export function createTool(session: Session): PupilTool {
  return {
    events: {
      // Refused wherever it arrives: what counts is where it passes.
      'internet.probe': ({ url }) =>
        void fetch(url, { mode: 'no-cors', cache: 'no-store' }).catch(() => undefined),
      'internet.changed': ({ mode }) => void (refusal.value = mode === 'off' ? 'off' : undefined),
      'internet.refused': ({ why }) => void (refusal.value = why),
    },
    async load() {
      const { mode } = await session.line().request('internet.state', {});
      refusal.value = mode === 'off' ? 'off' : undefined;
    },
    forget: () => void (refusal.value = undefined),
    banner: defineAsyncComponent(() => import('./InternetBanner.vue')),
  };
}
