import * as v from 'valibot';
import { DAY_CODES } from '../../domain/accounts/day-code';
import { done, id, instantSchema, localDateSchema, nothing, subject } from '../define';
import { pictureSchema } from '../pupil/join';

const password = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const version = v.pipe(v.string(), v.maxLength(20));

export const givenCodeSchema = v.object({
  poste: id('poste'),
  /** Ten digits. */
  code: v.string(),
  /** Used, or its tries are over: the next number is to be given. Known of the computer one is at alone. */
  spent: v.optional(v.boolean()),
  /** Where that computer has not heard yet that the school's keys were exchanged. */
  former: v.optional(v.string()),
});
export type GivenCodeView = v.InferOutput<typeof givenCodeSchema>;

export const signatureSchema = v.object({
  person: id('staff'),
  name: v.string(),
  acceptedAt: v.optional(instantSchema),
  /** From which the account opens nothing. */
  until: v.optional(instantSchema),
});
export type CharterSignatureView = v.InferOutput<typeof signatureSchema>;

/** Life of an account: charter, forgotten passwords and codes, its end (docs/accounts.md). */
export const accountsSubject = subject({
  requests: {
    /** The charter in force, for the person who asks. */
    charter: {
      input: nothing,
      reply: v.object({ version: v.string(), acceptedAt: v.optional(instantSchema) }),
    },
    acceptCharter: { input: v.strictObject({ version }), reply: done },
    /** Who of the team has accepted it: the head's list. */
    charterTeam: {
      input: nothing,
      reply: v.object({ version: v.string(), people: v.array(signatureSchema) }),
    },
    /** The pupils' charter, read aloud with a class. */
    pupilCharter: {
      input: v.strictObject({ class: id('class') }),
      reply: v.object({ version: v.string(), readAt: v.optional(instantSchema) }),
    },
    pupilCharterRead: { input: v.strictObject({ class: id('class'), version }), reply: done },
    /** What a head reads out on the telephone, for a day. */
    dayCodes: {
      input: v.strictObject({
        person: id('staff'),
        date: localDateSchema,
        /** Another one where the first is spent. Absent: the first. */
        nth: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(DAY_CODES))),
      }),
      reply: v.object({ codes: v.array(givenCodeSchema) }),
    },
    /** Until when an account opens something; null: without an end. */
    setEnd: {
      input: v.strictObject({ person: id('staff'), until: v.nullable(instantSchema) }),
      reply: done,
    },
    /** One's own private notes: open here or not, and whether a sheet of them was printed. */
    notes: { input: nothing, reply: v.object({ open: v.boolean(), sheet: v.boolean() }) },
    /** A sheet of one's own; it replaces the former. */
    ownSheet: { input: v.strictObject({ password }), reply: v.object({ code: v.string() }) },
    /** Private notes after a forgotten password. */
    openNotes: {
      input: v.strictObject({ sheet: v.pipe(v.string(), v.maxLength(80)), password }),
      reply: done,
    },
    /** A pupil's new picture code, at once also in the lesson that runs. */
    newPictureCode: {
      input: v.strictObject({ class: id('class'), pupil: id('pupil') }),
      reply: v.object({ name: v.string(), symbol: pictureSchema, code: v.array(pictureSchema) }),
    },
  },
  events: {},
});
