import { defineAsyncComponent } from 'vue';
import type { PupilTool } from '../../tools';
import type { Session } from '../../state/session';
import { called } from '../hands/state';
import { flush, forget, hear, take, talk } from './state';

/** Discussion and voice; the code that makes and reads sound is fetched when it is first needed. */
let used = false;
function sound() {
  used = true;
  return import('./voice');
}

export function createTool(session: Session): PupilTool {
  return {
    events: {
      'talk.changed': take,
      'talk.line': hear,
      'talk.speaking': async ({ on }) => (await sound()).setSpeaking(on),
      'talk.listen': async ({ on }) => (await sound()).askedToListen(session, on),
    },
    heard: (bytes) => void sound().then(({ hearPiece }) => hearPiece(bytes)),
    async load() {
      const state = await session.line().request('talk.state', {});
      take(state.talk);
      called.value = state.called;
      // After a cut line too: what ended meanwhile ends here.
      if (used || state.speaking || state.listening) {
        const { setSpeaking, askedToListen } = await sound();
        setSpeaking(state.speaking);
        askedToListen(session, state.listening);
      }
      void flush(session);
    },
    forget() {
      forget();
      if (used) void sound().then(({ forgetVoice }) => forgetVoice());
    },
    overlay: {
      shown: () => talk.shown && talk.card.open,
      component: defineAsyncComponent(() => import('./TalkScreen.vue')),
    },
    homeButton: defineAsyncComponent(() => import('./TalkButton.vue')),
    banner: defineAsyncComponent(() => import('./VoiceBanner.vue')),
  };
}
