import * as v from 'valibot';
import { ACTIONS } from '../../domain/rights/authorize';
import { STAFF_ROLES } from '../../domain/rights/roles';
import { done, id, instantSchema, line, localDateSchema, nothing, subject } from '../define';
import { firstPasswordSchema } from './people';
import { adultNameSchema, civilitySchema } from './school';

export const roleSchema = v.picklist(STAFF_ROLES);
const localTime = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/));
/** A day and a time as the school's clock says them. */
const momentSchema = v.strictObject({ date: localDateSchema, time: localTime });
const classIds = v.pipe(v.array(id('class')), v.maxLength(30));

export const holdingSchema = v.object({
  person: id('staff'),
  name: v.string(),
  role: roleSchema,
  classes: v.array(v.object({ id: id('class'), label: v.string() })),
  groups: v.array(id('group')),
  /** By the directory (a role for the year), or given on top. */
  source: v.picklist(['directory', 'delegation']),
  delegation: v.optional(id('event')),
  state: v.picklist(['now', 'later', 'over']),
  from: v.optional(instantSchema),
  until: v.optional(instantSchema),
  reason: v.optional(v.string()),
  /** Whom a substitute replaces. */
  replaces: v.optional(v.string()),
  /** Who gave it. */
  by: v.optional(v.string()),
  /** Who ended it before its time. */
  endedBy: v.optional(v.string()),
  /** Held, and yet worth nothing: an after-school leader without a signed convention. */
  withoutConvention: v.optional(v.boolean()),
  mayEnd: v.boolean(),
});
export type Holding = v.InferOutput<typeof holdingSchema>;

export const conventionSchema = v.object({
  id: id('event'),
  /** First and last day, as the school's calendar says them. */
  from: localDateSchema,
  until: v.optional(localDateSchema),
  signedBy: v.string(),
  by: v.string(),
  inForce: v.boolean(),
});

const personSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('known'), id: id('staff') }),
  v.strictObject({
    kind: v.literal('new'),
    civility: v.optional(civilitySchema),
    ...adultNameSchema.entries,
  }),
]);

export const journalEntrySchema = v.object({
  id: id('plan'),
  date: localDateSchema,
  title: v.string(),
  text: v.string(),
});

export const rightsSubject = subject({
  requests: {
    /** What the person at this window may do, somewhere: what the menu and the home page show. */
    mine: {
      input: nothing,
      reply: v.object({
        actions: v.array(v.picklist(ACTIONS)),
        roles: v.array(
          v.object({
            role: roleSchema,
            classes: v.array(v.object({ id: id('class'), label: v.string() })),
            until: v.optional(instantSchema),
          }),
        ),
      }),
    },
    /** Who has which right; a teacher sees those over their own classes and those they gave. */
    list: {
      input: nothing,
      reply: v.object({
        holdings: v.array(holdingSchema),
        /** What whoever asks may give. */
        mayGive: v.array(roleSchema),
        /** Classes they may give, all of them for a head. */
        classes: v.array(v.object({ id: id('class'), label: v.string() })),
        people: v.array(v.object({ id: id('staff'), name: v.string(), account: v.boolean() })),
        conventions: v.array(conventionSchema),
        /** A head's key is on this computer: what is given here gives keys at once. */
        headPoste: v.boolean(),
        /** Minutes this computer's clock is behind what it has seen; 0 where it is right. */
        clockBehind: v.number(),
      }),
    },
    delegate: {
      input: v.strictObject({
        person: personSchema,
        role: roleSchema,
        classes: classIds,
        groups: v.pipe(v.array(id('group')), v.maxLength(30)),
        from: momentSchema,
        until: v.optional(momentSchema),
        replaces: v.optional(id('staff')),
        /** Computers on which they sign in meanwhile; a head's orders alone name some. */
        postes: v.optional(v.pipe(v.array(id('poste')), v.maxLength(20))),
        reason: v.optional(line(200)),
      }),
      reply: v.object({
        delegation: id('event'),
        person: id('staff'),
        /** Shown once, and printed: somebody without a password of their own here. */
        password: v.optional(firstPasswordSchema),
        /** A teacher’s word gives keys when a head’s computer next hears of it. */
        keys: v.picklist(['here', 'waits']),
      }),
    },
    end: { input: v.strictObject({ delegation: id('event') }), reply: done },
    signConvention: {
      input: v.strictObject({
        from: localDateSchema,
        until: v.optional(localDateSchema),
        signedBy: line(120),
      }),
      reply: v.object({ id: id('event') }),
    },
    endConvention: { input: v.strictObject({ convention: id('event') }), reply: done },
    /** This computer's clock is right now: what it had seen before is forgotten, what has ended stays ended. */
    correctClock: { input: nothing, reply: done },
    /** The class's notebook from date to date, both included: for an inspector, on the screen or printed. */
    journal: {
      input: v.strictObject({ class: id('class'), from: localDateSchema, to: localDateSchema }),
      reply: v.object({ entries: v.array(journalEntrySchema) }),
    },
  },
  events: {
    changed: v.object({}),
    /** To the window of somebody whose last right has ended: why it is at the sign-in screen. */
    ended: v.object({ role: roleSchema, until: instantSchema }),
  },
});
export type RightsOrder = v.InferOutput<(typeof rightsSubject)['requests']['delegate']['input']>;
export type ConventionOrder = v.InferOutput<(typeof rightsSubject)['requests']['signConvention']['input']>;
