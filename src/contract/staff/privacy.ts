import * as v from 'valibot';
import { AUDIENCE_KINDS, type AudienceKind } from '../../domain/audience';
import {
  BREACH_KINDS,
  BREACH_STEPS,
  IDENTITY_CHECKS,
  REQUEST_KINDS,
  REQUEST_STEPS,
} from '../../domain/privacy/cases';
import { AUTHORISATIONS, STOPS } from '../../domain/privacy/images';
import { ACTIVITIES, CATEGORIES, CONCERNED, FATES } from '../../domain/privacy/kinds';
import { SOURCES } from '../../domain/privacy/register';
import { TRACE_ACTIONS } from '../../domain/privacy/trace';
import { STAFF_ROLES } from '../../domain/rights/roles';
import { done, id, instantSchema, line, localDateSchema, nothing, subject, text } from '../define';

const audienceKind = v.picklist(Object.keys(AUDIENCE_KINDS) as AudienceKind[]);
const person = v.union([id('pupil'), id('guardian'), id('staff')]);
const eventId = id('event');
const upload = v.pipe(v.string(), v.maxLength(64));

const keepingSchema = v.object({
  type: v.string(),
  months: v.optional(v.number()),
  from: v.optional(v.picklist(['year', 'date'])),
  source: v.picklist(SOURCES),
});

export const registerEntrySchema = v.object({
  activity: v.picklist(ACTIVITIES),
  controller: v.picklist(['dasen', 'mayor', 'joint']),
  basis: v.picklist(['publicTask', 'legalDuty', 'consent']),
  people: v.array(v.picklist(CONCERNED)),
  categories: v.array(v.picklist(CATEGORIES)),
  recipients: v.object({
    roles: v.array(v.picklist(STAFF_ROLES)),
    commune: v.picklist(['reads', 'sealed', 'partly', 'none']),
    families: v.boolean(),
  }),
  keeping: v.array(keepingSchema),
  documents: v.number(),
});
export type RegisterEntryView = v.InferOutput<typeof registerEntrySchema>;

/** Whom families write to; public, typed by the head. */
export const contactsSchema = v.strictObject({
  academy: v.pipe(v.string(), v.trim(), v.maxLength(300)),
  academyDpo: v.pipe(v.string(), v.trim(), v.maxLength(300)),
  commune: v.pipe(v.string(), v.trim(), v.maxLength(300)),
  communeDpo: v.pipe(v.string(), v.trim(), v.maxLength(300)),
});
export type PrivacyContacts = v.InferOutput<typeof contactsSchema>;

/** Security measures that hold on this computer now; each is a sentence of the locale. */
export const MEASURES = [
  'atRest',
  'keychain',
  'noKeychain',
  'sealed',
  'passwords',
  'traces',
  'rights',
  'lan',
  'retention',
  'backup',
] as const;

export const registerViewSchema = v.object({
  school: v.string(),
  uai: v.optional(v.string()),
  on: localDateSchema,
  contacts: contactsSchema,
  entries: v.array(registerEntrySchema),
  measures: v.array(v.picklist(MEASURES)),
});
export type RegisterView = v.InferOutput<typeof registerViewSchema>;

export const retentionViewSchema = v.object({
  /** The school's day, from which everything is counted. */
  horizon: v.optional(localDateSchema),
  kinds: v.array(v.object({ ...keepingSchema.entries, documents: v.number() })),
  /** What goes within twelve months, soonest first. */
  next: v.array(v.object({ type: v.string(), day: localDateSchema, count: v.number() })),
  /** What this computer let go of, last first. */
  gone: v.array(v.object({ base: audienceKind, on: localDateSchema, count: v.number() })),
});
export type RetentionView = v.InferOutput<typeof retentionViewSchema>;

export const paperSchema = v.object({
  id: eventId,
  what: v.picklist(AUTHORISATIONS),
  guardian: id('guardian'),
  name: v.string(),
  agrees: v.boolean(),
  on: localDateSchema,
  note: v.optional(v.string()),
  /** A scan of the paper was put beside it. */
  scan: v.boolean(),
});
export const pupilImageSchema = v.object({
  id: id('pupil'),
  name: v.string(),
  may: v.boolean(),
  /** Absent on a computer that holds the class's short list only. */
  stop: v.optional(v.picklist(STOPS)),
  who: v.array(v.string()),
  basis: v.picklist(['paper', 'onde', 'none', 'list']),
  associations: v.optional(v.boolean()),
  guardians: v.array(v.object({ id: id('guardian'), name: v.string() })),
  papers: v.array(paperSchema),
});
export type PupilImage = v.InferOutput<typeof pupilImageSchema>;
export const imagesSchema = v.object({
  class: id('class'),
  /** The head's computer, which holds the papers; others know yes and no. */
  full: v.boolean(),
  /** The class's list has come here. */
  known: v.boolean(),
  pupils: v.array(pupilImageSchema),
});
export type ImagesView = v.InferOutput<typeof imagesSchema>;

const stepSchema = v.object({
  step: v.string(),
  at: instantSchema,
  by: v.string(),
  note: v.optional(v.string()),
});
export const requestSchema = v.object({
  id: eventId,
  kind: v.picklist(REQUEST_KINDS),
  person,
  name: v.string(),
  /** The parent who asks for a child. */
  askedBy: v.optional(v.object({ id: id('guardian'), name: v.string() })),
  receivedOn: localDateSchema,
  identity: v.picklist(IDENTITY_CHECKS),
  note: v.optional(v.string()),
  /** The last day on which an answer is in time. */
  answerBy: v.optional(localDateSchema),
  late: v.boolean(),
  closed: v.boolean(),
  steps: v.array(stepSchema),
});
export type PrivacyRequest = v.InferOutput<typeof requestSchema>;

export const fileItemSchema = v.object({
  id: v.string(),
  type: v.string(),
  activity: v.picklist([...ACTIVITIES, 'other']),
  base: audienceKind,
  day: v.optional(localDateSchema),
  fields: v.array(v.object({ name: v.string(), value: v.string() })),
  masked: v.number(),
});
export const personFileSchema = v.object({
  name: v.string(),
  school: v.string(),
  on: localDateSchema,
  items: v.array(fileItemSchema),
  /** More than is shown: the archive holds them all. */
  more: v.number(),
  named: v.record(v.string(), v.number()),
  /** What this computer cannot read and somebody else may hold. */
  elsewhere: v.array(v.picklist(['perso', 'classes', 'courrier', 'paper', 'onde'])),
});
export type PersonFileView = v.InferOutput<typeof personFileSchema>;

export const erasureSchema = v.object({
  lines: v.array(
    v.object({
      type: v.string(),
      count: v.number(),
      fate: v.picklist([...FATES, 'append']),
      erased: v.boolean(),
      keeping: keepingSchema,
      until: v.optional(localDateSchema),
    }),
  ),
});
export type ErasureView = v.InferOutput<typeof erasureSchema>;

export const breachSchema = v.object({
  id: eventId,
  kind: v.picklist(BREACH_KINDS),
  title: v.string(),
  what: v.string(),
  knownAt: instantSchema,
  concerned: v.string(),
  people: v.optional(v.number()),
  consequences: v.string(),
  poste: v.optional(id('poste')),
  clock: v.object({
    state: v.picklist(['running', 'late', 'done']),
    until: instantSchema,
    hours: v.number(),
  }),
  closed: v.boolean(),
  steps: v.array(stepSchema),
});
export type Breach = v.InferOutput<typeof breachSchema>;

/** What is known of a computer that was put out, to begin the account of its loss. */
export const lostPosteSchema = v.object({
  poste: id('poste'),
  owner: v.optional(v.string()),
  out: v.boolean(),
  bases: v.array(audienceKind),
  classes: v.array(v.string()),
  pupils: v.number(),
  seen: v.optional(instantSchema),
});
export type LostPoste = v.InferOutput<typeof lostPosteSchema>;

const filter = {
  /** Who did it, or whom it is about. */
  person: v.optional(v.pipe(v.string(), v.regex(/^[a-z]+(_[a-z2-7]{13})?$/), v.maxLength(40))),
  from: v.optional(localDateSchema),
  to: v.optional(localDateSchema),
  action: v.optional(v.picklist(TRACE_ACTIONS)),
};
export const traceSchema = v.object({
  poste: id('poste'),
  n: v.number(),
  at: instantSchema,
  by: v.string(),
  do: v.picklist(TRACE_ACTIONS),
  on: v.array(v.string()),
});
export type TraceView = v.InferOutput<typeof traceSchema>;
export const tracesSchema = v.object({
  /** Latest first; at most 500. */
  entries: v.array(traceSchema),
  total: v.number(),
  /** What to call those whom this reader may know; others stay ids. */
  names: v.record(v.string(), v.string()),
  chains: v.array(
    v.object({
      poste: id('poste'),
      owner: v.optional(v.string()),
      entries: v.number(),
      sealed: v.number(),
      last: v.optional(instantSchema),
      faults: v.array(
        v.object({
          kind: v.picklist(['missing', 'altered', 'forked']),
          from: v.number(),
          to: v.number(),
        }),
      ),
    }),
  ),
  /** Entries of this computer that are on no sheet yet. */
  waiting: v.number(),
  /** False where this computer has no key to the journal. */
  readable: v.boolean(),
});
export type TracesView = v.InferOutput<typeof tracesSchema>;

/** Words of a file in the language of the screen: codes are the keys. */
const wordsSchema = v.pipe(
  v.record(v.pipe(v.string(), v.maxLength(60)), v.pipe(v.string(), v.maxLength(300))),
  v.maxEntries(400),
);
const download = v.object({ download: v.string() });
const ofRequest = v.strictObject({ request: eventId });

export const privacySubject = subject({
  requests: {
    register: { input: nothing, reply: registerViewSchema },
    /** What anybody may read before signing in (SDET PPO-08): no number, no name of a person. */
    notice: { input: nothing, reply: registerViewSchema },
    saveContacts: { input: contactsSchema, reply: done },
    retention: { input: nothing, reply: retentionViewSchema },

    images: { input: v.strictObject({ class: id('class') }), reply: imagesSchema },
    /** A paper came in: who said what, on which day. */
    authorise: {
      input: v.strictObject({
        pupil: id('pupil'),
        guardian: id('guardian'),
        what: v.picklist(AUTHORISATIONS),
        agrees: v.boolean(),
        on: localDateSchema,
        note: v.optional(line(200)),
        scan: v.optional(upload),
      }),
      reply: done,
    },
    scan: { input: v.strictObject({ paper: eventId }), reply: download },
    /** Before a picture goes further than the class: whom it stops. */
    mayPublish: {
      input: v.strictObject({ pupils: v.pipe(v.array(id('pupil')), v.minLength(1), v.maxLength(600)) }),
      reply: v.object({
        may: v.boolean(),
        stopped: v.array(v.object({ id: id('pupil'), name: v.string() })),
      }),
    },

    /** Somebody of the school to answer for, by a part of the name. */
    findPerson: {
      input: v.strictObject({ query: line(80) }),
      reply: v.object({
        people: v.array(
          v.object({
            id: person,
            name: v.string(),
            kind: v.picklist(['pupil', 'guardian', 'staff']),
            detail: v.optional(v.string()),
            guardians: v.array(v.object({ id: id('guardian'), name: v.string() })),
          }),
        ),
      }),
    },
    requests: { input: nothing, reply: v.object({ requests: v.array(requestSchema) }) },
    openRequest: {
      input: v.strictObject({
        kind: v.picklist(REQUEST_KINDS),
        person,
        askedBy: v.optional(id('guardian')),
        receivedOn: localDateSchema,
        identity: v.picklist(IDENTITY_CHECKS),
        note: v.optional(text(2000)),
      }),
      reply: v.object({ id: eventId }),
    },
    requestStep: {
      input: v.strictObject({
        request: eventId,
        step: v.picklist(REQUEST_STEPS),
        note: v.optional(text(2000)),
      }),
      reply: done,
    },
    personFile: { input: ofRequest, reply: personFileSchema },
    exportPerson: { input: v.strictObject({ request: eventId, words: wordsSchema }), reply: download },
    erasure: { input: ofRequest, reply: erasureSchema },
    erase: { input: ofRequest, reply: v.object({ erased: v.number() }) },

    breaches: { input: nothing, reply: v.object({ breaches: v.array(breachSchema) }) },
    lostPostes: { input: nothing, reply: v.object({ postes: v.array(lostPosteSchema) }) },
    openBreach: {
      input: v.strictObject({
        kind: v.picklist(BREACH_KINDS),
        title: line(120),
        what: text(5000),
        knownAt: instantSchema,
        concerned: text(2000),
        people: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000))),
        consequences: text(2000),
        poste: v.optional(id('poste')),
      }),
      reply: v.object({ id: eventId }),
    },
    breachStep: {
      input: v.strictObject({
        breach: eventId,
        step: v.picklist(BREACH_STEPS),
        note: v.pipe(text(2000), v.trim(), v.nonEmpty()),
      }),
      reply: done,
    },

    traces: {
      input: v.strictObject({ ...filter, skip: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))) }),
      reply: tracesSchema,
    },
    exportTraces: { input: v.strictObject({ ...filter, words: wordsSchema }), reply: download },
  },
  events: { changed: v.object({}) },
});
