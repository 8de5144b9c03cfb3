import * as v from 'valibot';
import { nothing, subject } from '../define';

/** What is at the end of this computer's cables: a page cannot know that its picture is copied by a projector. */
export const projectSubject = subject({
  requests: {
    displays: {
      input: nothing,
      /** Absent where the system does not tell. */
      reply: v.object({ connected: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))) }),
    },
  },
  events: {},
});
