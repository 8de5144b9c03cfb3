import { defineAsyncComponent } from 'vue';
import type { PupilTool } from '../../tools';
import type { Session } from '../../state/session';
import { createAnswers, poll, setAnswers } from './state';

/** Questions and quizzes: over the table as long as something is asked, until answered or put aside. */
export function createTool(session: Session): PupilTool {
  const answers = setAnswers(createAnswers(session));
  return {
    events: { 'poll.changed': ({ poll: card }) => void answers.take(card) },
    async load() {
      const { poll: card } = await session.line().request('poll.state', {});
      await answers.take(card);
    },
    forget: () => answers.forget(),
    overlay: {
      shown: () => poll.card !== undefined && !poll.away,
      component: defineAsyncComponent(() => import('./PollScreen.vue')),
      rank: 2,
    },
    homeButton: defineAsyncComponent(() => import('./PollButton.vue')),
  };
}
