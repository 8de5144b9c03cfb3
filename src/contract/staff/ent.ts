import * as v from 'valibot';
import { ABSENCE_REASONS, ATTENDANCE } from '../../domain/ent/roll-call';
import {
  done,
  halfDaySchema,
  id,
  instantSchema,
  line,
  localDateSchema,
  nothing,
  subject,
  text,
} from '../define';

const attendance = v.picklist(ATTENDANCE);
const reason = v.picklist(ABSENCE_REASONS);
const localTime = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/));

export const rollLineSchema = v.object({
  pupil: id('pupil'),
  name: v.string(),
  state: v.optional(attendance),
  arrivedAt: v.optional(localTime),
  reason: v.optional(reason),
  /** Entries that stand: a correction names them. More than one when two people wrote apart. */
  standing: v.array(id('event')),
  rivals: v.array(v.object({ state: attendance, by: v.string() })),
  corrections: v.number(),
  /** Somebody's guest for these hours: of that class. */
  guest: v.optional(v.object({ of: v.string(), from: localTime, until: localTime })),
  /** Hosted by that class, which calls the roll; whether it has. */
  host: v.optional(v.object({ class: v.string(), called: v.boolean() })),
});
export type RollLine = v.InferOutput<typeof rollLineSchema>;

export const registerSubject = subject({
  requests: {
    sheet: {
      input: v.strictObject({ class: id('class'), half: v.optional(halfDaySchema) }),
      reply: v.object({
        half: halfDaySchema,
        lines: v.array(rollLineSchema),
        done: v.optional(v.object({ by: v.string(), at: instantSchema })),
      }),
    },
    write: {
      input: v.strictObject({
        class: id('class'),
        half: halfDaySchema,
        entries: v.pipe(
          v.array(
            v.strictObject({
              pupil: id('pupil'),
              state: attendance,
              arrivedAt: v.optional(localTime),
              reason: v.optional(reason),
              replaces: v.pipe(v.array(id('event')), v.maxLength(20)),
            }),
          ),
          v.maxLength(60),
        ),
        /** The roll call is over: everybody not named is present. */
        complete: v.boolean(),
      }),
      reply: done,
    },
  },
  events: { changed: v.object({ class: id('class') }) },
});

export const homeworkEntrySchema = v.object({
  id: id('homework'),
  class: id('class'),
  subject: v.string(),
  text: v.string(),
  dueOn: localDateSchema,
  rev: v.string(),
  /** Written apart on two computers: both are kept and shown. */
  others: v.array(
    v.object({ rev: v.string(), subject: v.string(), text: v.string(), dueOn: localDateSchema }),
  ),
});
export type HomeworkEntry = v.InferOutput<typeof homeworkEntrySchema>;

export const homeworkStaffSubject = subject({
  requests: {
    list: {
      input: v.strictObject({ class: id('class'), from: v.optional(localDateSchema) }),
      reply: v.object({ homework: v.array(homeworkEntrySchema) }),
    },
    save: {
      input: v.strictObject({
        class: id('class'),
        id: v.optional(id('homework')),
        rev: v.optional(v.pipe(v.string(), v.maxLength(60))),
        subject: line(60),
        text: v.pipe(text(2_000), v.trim(), v.nonEmpty()),
        dueOn: localDateSchema,
      }),
      reply: v.object({ id: id('homework'), rev: v.string() }),
    },
    remove: {
      input: v.strictObject({
        class: id('class'),
        id: id('homework'),
        rev: v.pipe(v.string(), v.maxLength(60)),
      }),
      reply: done,
    },
  },
  events: { changed: v.object({ class: id('class') }) },
});

export const planSchema = v.object({
  id: id('plan'),
  class: id('class'),
  date: localDateSchema,
  title: v.string(),
  text: v.string(),
  rev: v.string(),
  others: v.array(v.object({ rev: v.string(), date: localDateSchema, title: v.string(), text: v.string() })),
});
export type LessonPlan = v.InferOutput<typeof planSchema>;

export const planSubject = subject({
  requests: {
    list: {
      input: v.strictObject({ class: id('class') }),
      reply: v.object({ plans: v.array(planSchema) }),
    },
    save: {
      input: v.strictObject({
        class: id('class'),
        id: v.optional(id('plan')),
        rev: v.optional(v.pipe(v.string(), v.maxLength(60))),
        date: localDateSchema,
        title: line(120),
        text: text(20_000),
      }),
      reply: v.object({ id: id('plan'), rev: v.string() }),
    },
    /** Closes a conflict with the text that is kept; both leaves are named, so nothing unseen is ended. */
    settle: {
      input: v.strictObject({
        class: id('class'),
        id: id('plan'),
        leaves: v.pipe(v.array(v.pipe(v.string(), v.maxLength(60))), v.minLength(2), v.maxLength(10)),
        date: localDateSchema,
        title: line(120),
        text: text(20_000),
      }),
      reply: done,
    },
  },
  events: { changed: v.object({ class: id('class') }) },
});

const gesture = v.variant('kind', [
  v.object({ kind: v.literal('roll'), half: v.picklist(['AM', 'PM']) }),
  v.object({ kind: v.literal('openLesson'), ready: v.number(), probable: v.number() }),
  v.object({ kind: v.literal('backToLesson') }),
  v.object({ kind: v.literal('putAway'), missing: v.array(v.string()) }),
  v.object({ kind: v.literal('goodEvening') }),
  v.object({ kind: v.literal('prepare') }),
]);

export const daySubject = subject({
  requests: {
    /** Everything « Ma journée » shows, in one request: it is the first thing seen in the morning. */
    read: {
      input: nothing,
      reply: v.object({
        now: instantSchema,
        half: halfDaySchema,
        gesture,
        classes: v.array(
          v.object({
            id: id('class'),
            label: v.string(),
            rollDone: v.boolean(),
            absent: v.array(
              v.object({ name: v.string(), state: attendance, arrivedAt: v.optional(localTime) }),
            ),
            dueSoon: v.array(v.object({ subject: v.string(), text: v.string(), dueOn: localDateSchema })),
          }),
        ),
      }),
    },
  },
  events: {},
});
