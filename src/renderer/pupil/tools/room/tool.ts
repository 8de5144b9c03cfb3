import { defineAsyncComponent } from 'vue';
import { putAside } from '../../state/greeting';
import { collectUnfinished } from '../../work/collect';
import type { Session } from '../../state/session';
import type { PupilTool } from '../../tools';
import { workshop } from './workshop';

/** How the class sits and works, as one device sees it: its workshop, whose turn it is, a spare that goes on. */
export function createTool(session: Session): PupilTool {
  const { state } = session;
  return {
    events: {
      'room.workshop': (now) => (workshop.value = now.workshop),
      'room.handOver': ({ collect }) =>
        void collectUnfinished(session, collect, ({ photos }) => photos.length > 0),
      'room.replaced': ({ by }) => {
        // What was begun here is at the teacher's computer, and goes on over there. What could not be handed over is nowhere else: it stays.
        void session.drafts.of(state.pupils.map(({ id }) => id)).then(async (begun) => {
          for (const { key, photos, at } of begun)
            if (photos.length === 0 || at !== undefined) await session.shelf.remove('drafts', key);
        });
        putAside(session, by);
      },
    },
    async load() {
      const now = await session.line().request('room.state', {});
      workshop.value = now.workshop;
      state.turns = now.share ?? undefined;
      if (now.share) state.handedIn = Object.fromEntries(now.handedIn.map((one) => [one.item, one.version]));
      session.drafts.again?.();
    },
    forget() {
      workshop.value = undefined;
      session.drafts.forget?.();
    },
    banner: defineAsyncComponent(() => import('./WorkshopBanner.vue')),
  };
}
