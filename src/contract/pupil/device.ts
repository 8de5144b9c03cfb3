import * as v from 'valibot';
import { applicationId, applicationSchema, computerLimitsSchema } from '../computer-limits';
import { done, subject } from '../define';

const ids = v.pipe(v.array(applicationId), v.maxLength(100));

/** What the lesson wants now; `turn` names it, so that a late answer is never taken for the next one's. */
const wantedSchema = v.object({
  turn: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  limits: computerLimitsSchema,
});
export type Wanted = v.InferOutput<typeof wantedSchema>;

/** The page of a computer in pupil mode speaks for its computer (CARMO #9.6, #9.10; docs/pupil-mode.md). A browser never asks. */
export const deviceSubject = subject({
  requests: {
    /** At every arrival in a lesson: what this computer has. */
    tell: {
      input: v.strictObject({ applications: v.pipe(v.array(applicationSchema), v.maxLength(100)) }),
      reply: v.object({ wanted: v.optional(wantedSchema) }),
    },
    /** What became of it; `failed`: the computer did not answer its own page. */
    settled: {
      input: v.strictObject({
        turn: wantedSchema.entries.turn,
        outcome: v.picklist(['done', 'still-open', 'failed']),
        closed: ids,
      }),
      reply: done,
    },
    ran: {
      input: v.strictObject({
        order: wantedSchema.entries.turn,
        outcome: v.picklist(['done', 'not-allowed', 'missing', 'still-open', 'failed']),
      }),
      reply: done,
    },
  },
  events: {
    limits: wantedSchema,
    run: v.object({
      order: wantedSchema.entries.turn,
      do: v.picklist(['start', 'stop']),
      app: applicationId,
    }),
  },
});
