import * as v from 'valibot';
import { id, instantSchema, subject } from '../define';
import { itemKindSchema } from '../pupil/lesson';
import { modeSchema } from '../pupil/join';

const ofClass = v.optional(id('class'));
const headSchema = {
  id: id('lesson'),
  title: v.string(),
  mode: modeSchema,
  openedAt: instantSchema,
  closedAt: v.optional(instantSchema),
} as const;

export const lessonReportSchema = v.object({
  ...headSchema,
  /** First names; a device's label where nobody has a name. From when to when each took part. */
  people: v.array(
    v.object({
      name: v.string(),
      spans: v.array(v.object({ from: instantSchema, to: v.optional(instantSchema) })),
    }),
  ),
  /** Of the class, and never in. */
  absent: v.array(v.string()),
  sent: v.array(v.object({ id: id('item'), title: v.string(), kind: itemKindSchema, at: instantSchema })),
  handedIn: v.array(
    v.object({
      item: id('item'),
      title: v.string(),
      authors: v.array(v.string()),
      at: instantSchema,
      version: v.number(),
      unfinished: v.optional(v.boolean()),
      late: v.optional(v.boolean()),
    }),
  ),
});
export type LessonReport = v.InferOutput<typeof lessonReportSchema>;

/** What a lesson was: who was there, what was sent, what came back. Nothing of how anybody worked (CARMO #9.18). */
export const reportSubject = subject({
  requests: {
    /** Lessons of a class of this school year, newest first; without a class, one's own. */
    list: {
      input: v.strictObject({ class: ofClass }),
      reply: v.object({ lessons: v.array(v.object({ ...headSchema, people: v.number() })) }),
    },
    lesson: { input: v.strictObject({ lesson: id('lesson'), class: ofClass }), reply: lessonReportSchema },
  },
  events: {},
});
