import * as v from 'valibot';
import { id, instantSchema, localDateSchema } from '../../contract/define';
import { contactsSchema } from '../../contract/staff/privacy';
import { BREACH_KINDS, IDENTITY_CHECKS, REQUEST_KINDS } from '../../domain/privacy/cases';
import { AUTHORISATIONS } from '../../domain/privacy/images';
import type { AudienceDatabase } from '../../store/port';

/** What privacy writes in the bases. Another head's poste may have written it: read through these schemas alone. */
const envelope = { _id: id('event'), v: v.literal(1) };
const words = v.pipe(v.string(), v.maxLength(10_000));

/** One parent's word about one child, on a paper. Append only: the last word of each counts. */
export const authorisationSchema = v.object({
  ...envelope,
  type: v.literal('authorisation'),
  pupil: id('pupil'),
  guardian: id('guardian'),
  what: v.picklist(AUTHORISATIONS),
  agrees: v.boolean(),
  on: localDateSchema,
  note: v.optional(words),
  scan: v.optional(
    v.object({
      sha256: v.pipe(v.string(), v.hash(['sha256'])),
      size: v.number(),
      name: v.string(),
      type: v.string(),
    }),
  ),
  by: v.string(),
  at: instantSchema,
});
export type AuthorisationDocument = v.InferOutput<typeof authorisationSchema>;

/** In a class's sealed base: whose picture may be shown. Who is not named may not. */
export const photoConsentSchema = v.object({
  ...envelope,
  type: v.literal('photoConsent'),
  may: v.array(id('pupil')),
  on: localDateSchema,
});

export const privacyRequestSchema = v.object({
  ...envelope,
  type: v.literal('privacyRequest'),
  kind: v.picklist(REQUEST_KINDS),
  person: v.union([id('pupil'), id('guardian'), id('staff')]),
  /** Kept with the request: the person may be erased before the journal is. */
  name: words,
  askedBy: v.optional(id('guardian')),
  receivedOn: localDateSchema,
  identity: v.picklist(IDENTITY_CHECKS),
  note: v.optional(words),
  by: v.string(),
  at: instantSchema,
});
export type RequestDocument = v.InferOutput<typeof privacyRequestSchema>;

export const breachDocumentSchema = v.object({
  ...envelope,
  type: v.literal('breach'),
  kind: v.picklist(BREACH_KINDS),
  title: words,
  what: words,
  knownAt: instantSchema,
  concerned: words,
  people: v.optional(v.number()),
  consequences: words,
  poste: v.optional(id('poste')),
  by: v.string(),
  at: instantSchema,
});
export type BreachDocument = v.InferOutput<typeof breachDocumentSchema>;

export const privacyStepSchema = v.object({
  ...envelope,
  type: v.literal('privacyStep'),
  of: id('event'),
  step: v.pipe(v.string(), v.maxLength(40)),
  note: v.optional(words),
  by: v.string(),
  at: instantSchema,
});
export type StepDocument = v.InferOutput<typeof privacyStepSchema>;

export const privacySettingsSchema = v.object({
  _id: v.string(),
  type: v.literal('privacySettings'),
  v: v.literal(1),
  contacts: contactsSchema,
});

/** Every document of a type that can be read; others are left where they are. */
export function readAll<S extends v.GenericSchema>(
  db: AudienceDatabase,
  type: string,
  schema: S,
): v.InferOutput<S>[] {
  return db.all(type).flatMap(({ body }) => {
    const parsed = v.safeParse(schema, body);
    return parsed.success ? [parsed.output] : [];
  });
}
