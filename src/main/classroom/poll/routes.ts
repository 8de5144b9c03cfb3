import type { pollStaffSubject } from '../../../contract/staff/poll';
import type { SeatKey } from '../../../domain/lesson/model';
import type { StaffHandlers } from '../../capability';
import type { PollTool } from './poll-tool';
import type { QuizShelf } from './quiz-shelf';

export function pollRoutes(polls: PollTool, quizzes: QuizShelf) {
  return {
    state: ({ actor }) => ({ polls: polls.list(actor) }),
    async ask({ actor }, { to, ...order }) {
      const poll = await polls.ask(actor, {
        ...order,
        to: to === 'all' ? to : to.map((key): SeatKey => key),
      });
      return { poll };
    },
    async stop({ actor }, { poll }) {
      await polls.set(actor, poll, { open: false, shown: false });
      return {};
    },
    async reopen({ actor }, { poll }) {
      await polls.set(actor, poll, { open: true, shown: false });
      return {};
    },
    async show({ actor }, { poll, shown }) {
      await polls.set(actor, poll, { open: false, shown });
      return {};
    },
    past: async ({ actor }, input) => ({ polls: await polls.past(actor, input.class) }),
    quizzes: async ({ actor }) => ({ quizzes: await quizzes.list(actor) }),
    saveQuiz: async ({ actor }, quiz) => ({ id: await quizzes.save(actor, quiz) }),
    async removeQuiz({ actor }, { id }) {
      await quizzes.remove(actor, id);
      return {};
    },
  } satisfies StaffHandlers<typeof pollStaffSubject>;
}
