import * as v from 'valibot';
import { LEFTOVERS } from '../../domain/lesson/clean';
import { done, nothing, subject } from '../define';

/** The end of the lesson: nothing of this class stays on the device. */
export const cleanSubject = subject({
  requests: {
    /** Whose lesson this is: what another class left here goes before anybody sits down. Opaque. */
    state: { input: nothing, reply: v.object({ class: v.optional(v.string()) }) },
    /** Done here; what is left is beyond the reach of a page and is a gesture to make. */
    done: {
      input: v.strictObject({
        left: v.pipe(v.array(v.picklist(LEFTOVERS)), v.maxLength(LEFTOVERS.length)),
      }),
      reply: done,
    },
  },
  events: { now: v.object({}) },
});
