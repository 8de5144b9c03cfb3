import * as v from 'valibot';
import {
  isQuestion,
  MAX_CHOICE_TEXT,
  MAX_CHOICES,
  MAX_QUESTION_TEXT,
  MAX_QUESTIONS,
  MIN_CHOICES,
  QUESTION_KINDS,
} from '../../domain/lesson/poll';
import { done, id, instantSchema, line, nothing, subject } from '../define';
import { tallySchema } from '../pupil/poll';
import { recipientsSchema, seatKeySchema } from './classroom';

/** May be empty: asked aloud. */
const words = (max: number) =>
  v.pipe(v.string(), v.trim(), v.maxLength(max), v.regex(/^[^\u0000-\u001f\u007f]*$/));

const questionSchema = v.pipe(
  v.strictObject({
    kind: v.picklist(QUESTION_KINDS),
    text: words(MAX_QUESTION_TEXT),
    choices: v.optional(
      v.pipe(v.array(words(MAX_CHOICE_TEXT)), v.minLength(MIN_CHOICES), v.maxLength(MAX_CHOICES)),
    ),
    right: v.optional(v.pipe(v.string(), v.maxLength(120))),
  }),
  v.check((question) => isQuestion(question), 'question'),
);
const questionsSchema = v.pipe(v.array(questionSchema), v.minLength(1), v.maxLength(MAX_QUESTIONS));

const answerViewSchema = v.object({
  question: v.number(),
  value: v.string(),
  right: v.optional(v.boolean()),
  /** First names of who sat there, or the device. */
  who: v.string(),
});

export const pollViewSchema = v.object({
  id: id('poll'),
  lesson: id('lesson'),
  title: v.string(),
  questions: v.array(
    v.object({
      kind: v.picklist(QUESTION_KINDS),
      text: v.string(),
      choices: v.optional(v.array(v.string())),
      right: v.optional(v.string()),
    }),
  ),
  anonymous: v.boolean(),
  askedAt: instantSchema,
  open: v.boolean(),
  shown: v.boolean(),
  /** By the question's place. `shown`: answers that stand in the rows; an anonymous question holds the last ones back. */
  results: v.array(v.object({ total: v.number(), shown: v.number(), rows: v.array(tallySchema) })),
  /** Named only. */
  answers: v.array(answerViewSchema),
  /** While it runs: devices asked, and those (named only) of whom something is missing. */
  asked: v.number(),
  waiting: v.array(seatKeySchema),
});
export type PollView = v.InferOutput<typeof pollViewSchema>;

export const quizSchema = v.object({ id: id('quiz'), title: v.string(), questions: questionsSchema });
export type Quiz = v.InferOutput<typeof quizSchema>;
export type QuestionInput = v.InferOutput<typeof questionSchema>;

const title = line(120);

/** Questions of the lesson, for who conducts it; quizzes prepared before, kept with their author. */
export const pollStaffSubject = subject({
  requests: {
    /** Of the lesson that runs, the newest first. */
    state: { input: nothing, reply: v.object({ polls: v.array(pollViewSchema) }) },
    /** Asked at once; a question that still ran is stopped. */
    ask: {
      input: v.strictObject({
        title: v.optional(title),
        questions: questionsSchema,
        anonymous: v.boolean(),
        to: recipientsSchema,
      }),
      reply: v.object({ poll: id('poll') }),
    },
    stop: { input: v.strictObject({ poll: id('poll') }), reply: done },
    reopen: { input: v.strictObject({ poll: id('poll') }), reply: done },
    /** The bars on the children's screens; the right answer with them. Showing stops the question. */
    show: { input: v.strictObject({ poll: id('poll'), shown: v.boolean() }), reply: done },
    /** Questions of a class's earlier lessons, the newest first. */
    past: {
      input: v.strictObject({ class: id('class') }),
      reply: v.object({ polls: v.array(pollViewSchema) }),
    },
    quizzes: { input: nothing, reply: v.object({ quizzes: v.array(quizSchema) }) },
    saveQuiz: {
      input: v.strictObject({ id: v.optional(id('quiz')), title, questions: questionsSchema }),
      reply: v.object({ id: id('quiz') }),
    },
    removeQuiz: { input: v.strictObject({ id: id('quiz') }), reply: done },
  },
  events: {
    changed: v.object({ poll: pollViewSchema }),
  },
});
