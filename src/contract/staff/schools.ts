import * as v from 'valibot';
import { nothing, subject } from '../define';
import { sessionStateSchema } from './session';

/** A school on this computer: `school` for the first one, an opaque folder name for those after it. */
export const schoolKey = v.pipe(v.string(), v.regex(/^(school|[a-z2-7]{13})$/));

export const schoolsSchema = v.object({
  schools: v.array(
    v.object({
      key: schoolKey,
      /** Unknown until that school was opened by somebody once. */
      name: v.optional(v.string()),
      /** The one this window looks at: the only one that is open. */
      here: v.boolean(),
    }),
  ),
});
export type Schools = v.InferOutput<typeof schoolsSchema>;

/**
 * Several schools for one person (RPI, cité scolaire): each has its own folder and keys on this computer, one is open at a
 * time. Answered by the workplace, which closes one host and opens the next.
 */
export const schoolsSubject = subject({
  requests: {
    list: { input: nothing, reply: schoolsSchema },
    /** Everybody at this computer is signed out of the school before. */
    open: { input: v.strictObject({ key: schoolKey }), reply: sessionStateSchema },
    /** A place for one more school, which is then joined or created; left without either, it is gone again. */
    another: { input: nothing, reply: sessionStateSchema },
  },
  events: {},
});
