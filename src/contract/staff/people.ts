import * as v from 'valibot';
import { ONDE_LIMITS } from '../../domain/people/onde/limits';
import type { Decision, ImportPlan } from '../../domain/people/onde/plan-types';
import { GRADES } from '../../domain/people/person';
import { STAFF_ROLES } from '../../domain/rights/roles';
import { done, id, line, localDateSchema, nothing, subject } from '../define';
import { pictureSchema } from '../pupil/join';
import { correctionRequests, familySchema } from './people-corrections';
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
  roles: v.array(v.picklist(STAFF_ROLES)),
  classIds: v.array(id('class')),
  /** Has an account in this school. */
  account: v.boolean(),
  /** Its first password has not been changed yet: it may still be printed again. */
  waiting: v.boolean(),
});
export type StaffMemberSummary = v.InferOutput<typeof staffMemberSchema>;

/** Ids of a plan are plain text there: whether they name somebody is judged against the plan itself. */
const idText = (prefixes: string) => v.pipe(v.string(), v.regex(new RegExp(`^(${prefixes})_[a-z2-7]{13}$`)));

export const decisionSchema = v.variant('action', [
  v.strictObject({ action: v.literal('skip') }),
  v.strictObject({
    action: v.literal('keep'),
    birthDate: v.optional(localDateSchema),
    classId: v.optional(idText('class')),
    children: v.optional(v.pipe(v.array(idText('pupil')), v.maxLength(20))),
  }),
  v.strictObject({ action: v.literal('same'), personId: idText('pupil|guardian|staff') }),
]) satisfies v.GenericSchema<Decision>;

/** By doubt: `0:12` is line 12 of the first file. No more doubts than an extraction has rows. */
const decisionsSchema = v.pipe(
  v.record(v.pipe(v.string(), v.regex(/^\d{1,2}:\d{1,7}$/)), decisionSchema),
  v.maxEntries(6 * ONDE_LIMITS.rows),
);

/** A town's AAF is four files, or more where they are cut; a folder may be dropped whole. */
export const MAX_IMPORT_FILES = 60;

const keptSchema = v.object({
  kind: v.picklist(['class', 'pupil', 'guardian', 'staff']),
  id: v.string(),
  name: v.string(),
  reason: v.picklist(['changed', 'used', 'account']),
});

export const firstPasswordSchema = v.object({
  id: id('staff'),
  name: v.string(),
  login: v.string(),
  password: v.string(),
});
export type FirstPassword = v.InferOutput<typeof firstPasswordSchema>;

export const codeCardSchema = v.object({
  id: id('pupil'),
  name: v.string(),
  symbol: pictureSchema,
  code: v.array(pictureSchema),
});
export type CodeCard = v.InferOutput<typeof codeCardSchema>;

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
        family: familySchema,
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
    /** The classes somebody teaches, all of them; others are taken away. */
    assignClasses: {
      input: v.strictObject({ person: id('staff'), classes: v.pipe(v.array(id('class')), v.maxLength(30)) }),
      reply: done,
    },
    /** Reads feeds already at the loopback door (ONDE, AAF, ONE, Beneylu, archives of them); nothing is written. */
    dryRun: {
      input: v.strictObject({
        uploads: v.pipe(
          v.array(v.pipe(v.string(), v.maxLength(64))),
          v.minLength(1),
          v.maxLength(MAX_IMPORT_FILES),
        ),
      }),
      reply: v.object({
        plan: v.string(),
        // Made by the host from rows that were all checked one by one; its shape is the domain's own type.
        result: v.custom<ImportPlan>((value) => typeof value === 'object' && value !== null),
        /** What to call those whom the plan names by their id alone. */
        names: v.record(v.string(), v.string()),
        /** Of each file of the plan, the name it was dropped under. */
        fileNames: v.array(v.string()),
        /** Schools of a commune's file of which nothing was kept. */
        otherSchools: v.number(),
        /** Files that were not an extraction at all, with the reason's code. */
        unreadable: v.array(
          v.object({ name: v.string(), reason: v.string(), params: v.record(v.string(), v.unknown()) }),
        ),
      }),
    },
    /**
     * Writes the plan.
     * @throws IMPORT_STALE when the directory moved since the dry run, IMPORT_DROP where the school or a class shrinks by
     * more than a tenth and `confirmed` is not said
     */
    applyImport: {
      input: v.strictObject({
        plan: v.pipe(v.string(), v.maxLength(64)),
        decisions: decisionsSchema,
        confirmed: v.optional(v.boolean()),
      }),
      reply: v.object({
        added: v.number(),
        changed: v.number(),
        /** Doubts that stay open: nobody decided, or the decision made no sense. The next import asks again. */
        left: v.array(v.string()),
      }),
    },
    /** The last import made on this poste, and what undoing it would do now. */
    lastImport: {
      input: nothing,
      reply: v.object({
        last: v.optional(
          v.object({
            id: v.string(),
            at: v.string(),
            files: v.array(v.string()),
            added: v.number(),
            changed: v.number(),
            back: v.number(),
            kept: v.array(keptSchema),
          }),
        ),
      }),
    },
    /**
     * Back to what was there before that import.
     * @throws IMPORT_STALE where it is not the last one, IMPORT_CHANGED_SINCE where something was changed and `partial` is
     * not said
     */
    undoImport: {
      input: v.strictObject({ id: v.pipe(v.string(), v.maxLength(64)), partial: v.boolean() }),
      reply: v.object({ back: v.number(), kept: v.array(keptSchema) }),
    },
    /**
     * First passwords for those who have none or never used theirs, to print and hand out; each is changed at the first
     * sign-in. They are shown once and kept nowhere.
     */
    createAccounts: {
      input: v.strictObject({ people: v.pipe(v.array(id('staff')), v.minLength(1), v.maxLength(60)) }),
      reply: v.object({ accounts: v.array(firstPasswordSchema) }),
    },
    changePassword: {
      input: v.strictObject({ current: passwordSchema, next: passwordSchema }),
      reply: done,
    },
    setPictureCode: { input: v.strictObject({ class: id('class'), on: v.boolean() }), reply: done },
    /** Cards to print: first name, symbol and picture code of each pupil of the class. */
    codeCards: {
      input: v.strictObject({ class: id('class') }),
      reply: v.object({ cards: v.array(codeCardSchema) }),
    },
    ...correctionRequests,
  },
  events: {
    changed: v.object({}),
    /** What takes over a second, told to who asked for it. */
    progress: v.object({ work: v.picklist(['import', 'accounts']), done: v.number(), total: v.number() }),
  },
});
