import * as v from 'valibot';
import { done, instantSchema, nothing, subject } from '../define';

const stateSchema = v.object({
  on: v.boolean(),
  /** When everybody is signed out. */
  until: v.optional(instantSchema),
});

/** « Récréation »: the screen rests, who sits here stays. */
export const recessSubject = subject({
  requests: {
    state: { input: nothing, reply: stateSchema },
    /** The resting screen is on the glass. */
    shown: { input: v.strictObject({ on: v.boolean() }), reply: done },
  },
  events: { changed: stateSchema },
});
