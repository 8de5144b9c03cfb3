import { defineAsyncComponent } from 'vue';
import type { Session } from '../../state/session';
import { forgetLesson } from '../../state/model';
import type { PupilTool } from '../../tools';
import { rest } from './rest';

/**
 * « Récréation »: the screen rests and who sits here stays. It ends with the teacher's return; with the line gone it ends
 * by itself at its hour, and then nobody sits here any more.
 */
export function createTool(session: Session): PupilTool {
  const { state } = session;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function set(now: { on: boolean; until?: string | undefined }): void {
    clearTimeout(timer);
    rest.on = now.on;
    if (!now.on || now.until === undefined) return;
    const left = Date.parse(now.until) - (Date.now() + state.clockOff);
    timer = setTimeout(over, Math.max(0, left));
  }
  function over(): void {
    rest.on = false;
    // The door says who sits where; without it this device must not keep a name on its screen.
    if (state.line === 'up') return;
    forgetLesson(state);
    state.step = 'waiting';
  }
  return {
    events: { 'recess.changed': set },
    load: async () => set(await session.line().request('recess.state', {})),
    forget: () => set({ on: false }),
    overlay: {
      shown: () => rest.on,
      component: defineAsyncComponent(() => import('./RecessScreen.vue')),
      rank: 3,
    },
  };
}
