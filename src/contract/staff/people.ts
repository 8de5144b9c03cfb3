import * as v from 'valibot';
import type { Decision, ImportPlan } from '../../domain/people/onde/plan-types';
import { GRADES } from '../../domain/people/person';
import { done, id, line, nothing, subject } from '../define';
import { pictureSchema } from '../pupil/join';
import { adultNameSchema, civilitySchema, passwordSchema } from './school';

export const classSchema = v.object({
  id: id('class'),
  label: v.string(),
  grades: v.array(v.picklist(GRADES)),
  pupils: v.number(),
  teachers: v.array(v.string()),
  /** The person who asks teaches this class. */
  mine: v.boolean(),
  /** A picture code is asked of its pupils. */
  pictureCode: v.boolean(),
});
export type ClassSummary = v.InferOutput<typeof classSchema>;

export const pupilSchema = v.object({
  id: id('pupil'),
  /** « Léa B. » where two share a first name. */
  name: v.string(),
  first: v.string(),
  family: v.string(),
  grade: v.optional(v.picklist(GRADES)),
  symbol: pictureSchema,
});
export type PupilSummary = v.InferOutput<typeof pupilSchema>;

export const staffMemberSchema = v.object({
  id: id('staff'),
  name: v.string(),
  roles: v.array(v.picklist(['head', 'teacher'])),
  classIds: v.array(id('class')),
  /** Can sign in on this poste. */
  account: v.boolean(),
});

const ONDE_DECISIONS = v.record(
  v.pipe(v.string(), v.maxLength(200)),
  v.custom<Decision>((value) => typeof value === 'string' || (typeof value === 'object' && value !== null)),
);

export const peopleSubject = subject({
  requests: {
    classes: { input: nothing, reply: v.object({ classes: v.array(classSchema) }) },
    pupils: {
      input: v.strictObject({ class: id('class') }),
      reply: v.object({ pupils: v.array(pupilSchema) }),
    },
    staff: { input: nothing, reply: v.object({ staff: v.array(staffMemberSchema) }) },
    addClass: {
      input: v.strictObject({ label: line(60), grades: v.pipe(v.array(v.picklist(GRADES)), v.maxLength(9)) }),
      reply: v.object({ id: id('class') }),
    },
    addPupil: {
      input: v.strictObject({
        class: id('class'),
        first: line(80),
        family: v.pipe(v.string(), v.trim(), v.maxLength(80)),
      }),
      reply: v.object({ id: id('pupil') }),
    },
    addStaff: {
      input: v.strictObject({
        civility: v.optional(civilitySchema),
        ...adultNameSchema.entries,
        classes: v.pipe(v.array(id('class')), v.maxLength(30)),
      }),
      reply: v.object({ id: id('staff') }),
    },
    /** Reads ONDE extractions already at the loopback door; nothing is written. */
    dryRun: {
      input: v.strictObject({
        uploads: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.minLength(1), v.maxLength(6)),
      }),
      reply: v.object({
        plan: v.string(),
        result: v.custom<ImportPlan>((value) => typeof value === 'object' && value !== null),
        /** Files that were not an extraction at all, with the reason's code. */
        unreadable: v.array(
          v.object({ name: v.string(), reason: v.string(), params: v.record(v.string(), v.unknown()) }),
        ),
      }),
    },
    /** Writes the plan. @throws IMPORT_STALE when the directory moved since the dry run */
    applyImport: {
      input: v.strictObject({ plan: v.pipe(v.string(), v.maxLength(64)), decisions: ONDE_DECISIONS }),
      reply: v.object({ added: v.number(), changed: v.number() }),
    },
    /** First passwords for those who have none, to print and hand out; each is changed at the first sign-in. */
    createAccounts: {
      input: v.strictObject({ people: v.pipe(v.array(id('staff')), v.minLength(1), v.maxLength(60)) }),
      reply: v.object({
        accounts: v.array(
          v.object({ id: id('staff'), name: v.string(), login: v.string(), password: v.string() }),
        ),
      }),
    },
    changePassword: {
      input: v.strictObject({ current: passwordSchema, next: passwordSchema }),
      reply: done,
    },
    setPictureCode: { input: v.strictObject({ class: id('class'), on: v.boolean() }), reply: done },
    /** Cards to print: first name, symbol and picture code of each pupil of the class. */
    codeCards: {
      input: v.strictObject({ class: id('class') }),
      reply: v.object({
        cards: v.array(
          v.object({
            id: id('pupil'),
            name: v.string(),
            symbol: pictureSchema,
            code: v.array(pictureSchema),
          }),
        ),
      }),
    },
  },
  events: { changed: v.object({}) },
});
