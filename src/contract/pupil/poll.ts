import * as v from 'valibot';
import { MAX_CHOICES_MADE, MAX_QUESTIONS, QUESTION_KINDS } from '../../domain/lesson/poll';
import { done, id, nothing, subject } from '../define';

/** A question as a child sees it: without its right answer. */
const questionCardSchema = v.object({
  kind: v.picklist(QUESTION_KINDS),
  text: v.string(),
  choices: v.optional(v.array(v.string())),
});

export const tallySchema = v.object({
  value: v.string(),
  count: v.number(),
  right: v.optional(v.boolean()),
});

/** What the device knows a ballot by: 128 random bits, base32. Anonymous questions only. */
export const ballotSchema = v.pipe(v.string(), v.regex(/^[a-z2-7]{26}$/));

export const pollCardSchema = v.object({
  id: id('poll'),
  title: v.string(),
  questions: v.array(questionCardSchema),
  anonymous: v.boolean(),
  open: v.boolean(),
  /** This device's one ballot, as long as the poste remembers whose it is; the device keeps it. */
  ballot: v.optional(ballotSchema),
  /** Named: what was answered from here, or elsewhere by who sits here. */
  mine: v.array(v.object({ question: v.number(), value: v.string(), n: v.number() })),
  /** « Montrer les réponses »: a question's bars, by its place. */
  results: v.optional(
    v.array(v.object({ total: v.number(), rows: v.array(tallySchema), right: v.optional(v.string()) })),
  ),
});
export type PollCard = v.InferOutput<typeof pollCardSchema>;

/** Questions of the lesson on a pupil's device. */
export const pollSubject = subject({
  requests: {
    /** What is asked of this device now: after a sign-in, a reload, a lost line. */
    state: { input: nothing, reply: v.object({ poll: v.optional(pollCardSchema) }) },
    /** Kept on disk before it is confirmed. The same answer sent again is the same answer. */
    answer: {
      input: v.strictObject({
        poll: id('poll'),
        question: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_QUESTIONS - 1)),
        value: v.pipe(v.string(), v.maxLength(120)),
        /** Counts this device's answers to that question, from 1. */
        n: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_CHOICES_MADE)),
        ballot: v.optional(ballotSchema),
      }),
      reply: done,
    },
  },
  events: {
    /** Asked, stopped, asked again, results shown or hidden; without a poll, nothing is asked any more. */
    changed: v.object({ poll: v.optional(pollCardSchema) }),
  },
});
