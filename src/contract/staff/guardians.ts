import * as v from 'valibot';
import { BASES, HOLDS } from '../../domain/people/authority';
import { GRADES } from '../../domain/people/person';
import { done, id, instantSchema, line, localDateSchema, nothing, subject } from '../define';
import { civilitySchema } from './school';
import { portalRequests } from './guardians-portal';

/** Parents and other adults who answer for a child. Everything here is the head's, but `contacts`. */
const short = (max: number) => v.optional(line(max));
const phoneSchema = v.optional(
  v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^\+?[0-9][0-9 ().-]*$/),
    v.transform((typed) => typed.replace(/[ ().-]/g, '')),
    v.regex(/^\+?[0-9]{4,15}$/),
  ),
);
const addressEntries = { street: short(200), postcode: short(10), city: short(100), country: short(60) };
const personEntries = {
  civility: v.optional(civilitySchema),
  first: line(80),
  family: line(80),
  usage: short(80),
  email: v.optional(v.pipe(v.string(), v.trim(), v.email(), v.maxLength(200))),
  phones: v.strictObject({ home: phoneSchema, work: phoneSchema, mobile: phoneSchema }),
  address: v.strictObject(addressEntries),
};
export const guardianFieldsSchema = v.strictObject(personEntries);
export type GuardianFields = v.InferOutput<typeof guardianFieldsSchema>;

/** As it is kept, whatever an extraction once held. */
const textFields = v.record(v.string(), v.string());
export const guardianSchema = v.object({
  id: id('guardian'),
  /** « Mme Claire Dupont ». */
  name: v.string(),
  civility: v.optional(civilitySchema),
  first: v.string(),
  family: v.string(),
  usage: v.optional(v.string()),
  email: v.optional(v.string()),
  phones: textFields,
  address: textFields,
  children: v.array(id('pupil')),
  /** Other records that were said to be this person. */
  merged: v.array(v.object({ id: id('guardian'), name: v.string() })),
});
export type GuardianSummary = v.InferOutput<typeof guardianSchema>;

const basisSchema = v.object({
  kind: v.picklist(BASES),
  /** The day on which the paper was seen. No copy of it is kept. */
  seenOn: v.optional(localDateSchema),
});
export const factSchema = v.object({
  id: id('event'),
  guardian: id('guardian'),
  /** Whose name it is, also of somebody who is no longer tied to the child. */
  name: v.string(),
  holds: v.picklist([...HOLDS, 'undone']),
  from: localDateSchema,
  until: v.optional(localDateSchema),
  receives: v.boolean(),
  mayCall: v.boolean(),
  basis: basisSchema,
  by: v.string(),
  at: instantSchema,
  /** It still counts; the others stay to be read. */
  living: v.boolean(),
});
export type AuthorityEntry = v.InferOutput<typeof factSchema>;

export const standingSchema = v.object({
  holds: v.picklist([...HOLDS, 'toConfirm']),
  from: v.optional(localDateSchema),
  until: v.optional(localDateSchema),
  basis: v.optional(basisSchema),
  receives: v.boolean(),
  mayCall: v.boolean(),
  /** Two people said otherwise apart. */
  disputed: v.boolean(),
  /** A fact that begins later, if there is one. */
  next: v.optional(v.object({ holds: v.picklist(HOLDS), from: localDateSchema })),
});
export type StandingSummary = v.InferOutput<typeof standingSchema>;

export const childSchema = v.object({
  id: id('pupil'),
  name: v.string(),
  first: v.string(),
  family: v.string(),
  class: v.optional(id('class')),
  guardians: v.array(v.object({ id: id('guardian'), standing: standingSchema })),
  contradictions: v.array(v.picklist(['aloneAndOther', 'jointWithoutOther'])),
});
export type ChildOfSchool = v.InferOutput<typeof childSchema>;

export const contactCardSchema = v.object({
  pupil: id('pupil'),
  name: v.string(),
  /** Undefined: the head's computer has not said yet. */
  people: v.optional(
    v.array(
      v.object({
        name: v.string(),
        phones: v.array(v.object({ kind: v.picklist(['mobile', 'home', 'work']), number: v.string() })),
      }),
    ),
  ),
});
export type ContactCard = v.InferOutput<typeof contactCardSchema>;

export const letterSchema = v.object({
  /** « Mme Claire Dupont », one line each. */
  names: v.array(v.string()),
  /** Those of them who sign for each of these children: nobody said that they do not exercise authority. */
  signers: v.array(v.string()),
  address: v.optional(textFields),
  children: v.array(v.object({ name: v.string(), class: v.string() })),
});
export type FamilyLetter = v.InferOutput<typeof letterSchema>;

/** What an extraction would say of a child; by hand where none comes. */
export const childRecordSchema = v.strictObject({
  birthDate: v.optional(localDateSchema),
  sex: v.optional(v.picklist(['F', 'M'])),
  ine: v.optional(
    v.pipe(
      v.string(),
      v.transform((typed) => typed.replace(/\s/g, '').toUpperCase()),
      v.regex(/^(?:\d{9}[A-Z]{2}|\d{10}[A-Z])$/),
    ),
  ),
  grade: v.optional(v.picklist(GRADES)),
});
export type ChildRecord = v.InferOutput<typeof childRecordSchema>;

const pair = { pupil: id('pupil'), guardian: id('guardian') };
export const sayInput = v.strictObject({
  ...pair,
  holds: v.picklist(HOLDS),
  from: localDateSchema,
  until: v.optional(localDateSchema),
  receives: v.optional(v.boolean()),
  mayCall: v.optional(v.boolean()),
  basis: v.strictObject(basisSchema.entries),
});
export type SayAuthority = v.InferOutput<typeof sayInput>;
const two = { one: id('guardian'), other: id('guardian') };

export const guardiansSubject = subject({
  requests: {
    /** Every child who is in the school today, and every adult. */
    list: {
      input: nothing,
      reply: v.object({ children: v.array(childSchema), guardians: v.array(guardianSchema) }),
    },
    add: {
      input: v.strictObject({ person: guardianFieldsSchema, pupil: id('pupil') }),
      reply: v.object({ id: id('guardian') }),
    },
    correct: {
      input: v.strictObject({ guardian: id('guardian'), person: guardianFieldsSchema }),
      reply: done,
    },
    /** Somebody the school knows answers for another child too. */
    link: { input: v.strictObject(pair), reply: done },
    /** A tie that never was. What was said of authority stays, for the day it is tied again. */
    unlink: { input: v.strictObject(pair), reply: done },

    childRecord: { input: v.strictObject({ pupil: id('pupil') }), reply: childRecordSchema },
    correctChild: {
      input: v.strictObject({ pupil: id('pupil'), record: childRecordSchema }),
      reply: done,
    },

    /** Everything that was ever said of a child, the latest first. */
    history: {
      input: v.strictObject({ pupil: id('pupil') }),
      reply: v.object({ facts: v.array(factSchema) }),
    },
    say: { input: sayInput, reply: v.object({ fact: id('event') }) },
    /** « Exerce avec l'autre parent », for many at once; who has been said otherwise meanwhile is left alone. */
    confirm: {
      input: v.strictObject({
        pairs: v.pipe(v.array(v.strictObject(pair)), v.minLength(1), v.maxLength(2000)),
        from: localDateSchema,
        basis: v.strictObject(basisSchema.entries),
      }),
      reply: v.object({ facts: v.array(id('event')) }),
    },
    /** A new fact takes these back; nothing is erased. */
    undo: {
      input: v.strictObject({ facts: v.pipe(v.array(id('event')), v.minLength(1), v.maxLength(2000)) }),
      reply: done,
    },

    /** Records that may be one person; nothing is put together by itself. */
    twins: {
      input: nothing,
      reply: v.object({
        pairs: v.array(v.object({ ...two, share: v.picklist(['email', 'phone', 'child', 'address']) })),
      }),
    },
    /** `other` is `one`. Taken back by `separate`. */
    merge: { input: v.strictObject(two), reply: done },
    separate: { input: v.strictObject({ record: id('guardian') }), reply: done },
    /** Two people of one name: not asked again. */
    notSame: { input: v.strictObject(two), reply: done },

    /** « Qui prévenir »: for the teachers of the class and the head. */
    contacts: {
      input: v.strictObject({ class: id('class') }),
      reply: v.object({ children: v.array(contactCardSchema) }),
    },
    /** Envelopes to the families of some classes. */
    letters: {
      input: v.strictObject({
        classes: v.pipe(v.array(id('class')), v.minLength(1), v.maxLength(100)),
        per: v.picklist(['household', 'person']),
      }),
      reply: v.object({ letters: v.array(letterSchema) }),
    },
    ...portalRequests,
  },
  events: { changed: v.object({}) },
});
