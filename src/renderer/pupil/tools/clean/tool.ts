import { watch } from 'vue';
import { capabilities } from '../../state/capabilities';
import type { Session } from '../../state/session';
import type { PupilTool } from '../../tools';
import type { Draft } from '../../work/draft';
import { leftOn, wipe } from './wipe';

/** Under `device` on the shelf: the class that was last here, as an opaque word. */
const CLASS = 'class';

/**
 * The end of the lesson: drafts, photos and whatever a cache holds go from this device once the work is at the door. What
 * another class left, because its end was missed, goes before the next one sits down.
 */
export function createTool(session: Session): PupilTool {
  const { state, shelf } = session;

  async function clean(): Promise<void> {
    await session.outbox.flush();
    await delivered();
    const drafts = (await shelf.all('drafts')) as Draft[];
    const left = leftOn(drafts, state.items, capabilities().touch);
    state.cleaned = true;
    state.view = { at: 'home' };
    await wipe(shelf);
    session.tell((line) => line.request('clean.done', { left }));
  }
  /** Work that is handed in and not there yet is never wiped: the answer waits for it. */
  const delivered = (): Promise<void> =>
    new Promise((resolve) => {
      if (state.posting.length === 0) return resolve();
      const stop = watch(
        () => state.posting.length,
        (waiting) => {
          if (waiting > 0) return;
          stop();
          resolve();
        },
      );
    });

  return {
    events: { 'clean.now': () => void clean() },
    async arrive() {
      const { class: now } = await session.line().request('clean.state', {});
      if (now === undefined) return;
      const before = await shelf.get('device', CLASS);
      if (before !== undefined && before !== now) await wipe(shelf);
      if (before !== now) await shelf.put('device', CLASS, now);
    },
    load() {
      state.cleaned = false;
      return Promise.resolve();
    },
    forget() {
      if (state.cleaned) void wipe(shelf);
    },
  };
}
