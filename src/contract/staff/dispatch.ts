import * as v from 'valibot';
import { DISPATCH_KINDS, SPOKEN_AS } from '../../domain/groups/dispatch';
import { GRADES } from '../../domain/people/person';
import { done, id, instantSchema, line, localDateSchema, nothing, subject } from '../define';
import { labelled, namedPupil } from './groups';

const localTime = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/));
const momentSchema = v.strictObject({ date: localDateSchema, time: localTime });
/** A class and a few children of a unit; no class of a primary school is larger. */
const pupilIds = v.pipe(v.array(id('pupil')), v.maxLength(60));
const partsSchema = v.pipe(
  v.array(v.strictObject({ class: id('class'), pupils: pupilIds })),
  v.maxLength(60),
);
const pairSchema = v.tuple([id('pupil'), id('pupil')]);
const weeklySchema = v.strictObject({
  days: v.pipe(
    v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7))),
    v.minLength(1),
    v.maxLength(7),
  ),
  from: localTime,
  to: localTime,
});

const hostChoiceSchema = v.object({
  ...labelled.entries,
  grades: v.array(v.picklist(GRADES)),
  teachers: v.array(v.string()),
  /** Its own pupils. */
  own: v.number(),
  /** Guests it has today from elsewhere. */
  guests: v.number(),
  /** It is sent out itself: nobody is there. */
  away: v.boolean(),
});
export type HostChoice = v.InferOutput<typeof hostChoiceSchema>;

export const dispatchViewSchema = v.object({
  id: id('event'),
  kind: v.picklist(DISPATCH_KINDS),
  title: v.optional(v.string()),
  class: labelled,
  from: instantSchema,
  until: instantSchema,
  weekly: v.optional(v.object({ days: v.array(v.number()), from: localTime, to: localTime })),
  /** The same two instants as the school's clock says them. */
  first: momentSchema,
  last: momentSchema,
  by: v.string(),
  at: instantSchema,
  state: v.picklist(['now', 'later', 'over']),
  /** They are away at this moment. */
  away: v.boolean(),
  endedBy: v.optional(v.string()),
  hosts: v.array(
    v.object({
      class: labelled,
      teachers: v.array(v.string()),
      own: v.number(),
      pupils: v.array(namedPupil),
    }),
  ),
  /** Children whom another dispatch sends somewhere else at the same time. */
  twice: v.array(v.object({ name: v.string(), classes: v.array(v.string()) })),
  mayChange: v.boolean(),
});
export type DispatchView = v.InferOutput<typeof dispatchViewSchema>;

const countSchema = v.object({
  ...labelled.entries,
  own: v.number(),
  away: v.number(),
  guests: v.number(),
  /** Who eats and is counted there: own, less who is away, and guests. */
  total: v.number(),
});
export type ClassCount = v.InferOutput<typeof countSchema>;

export const dispatchSubject = subject({
  requests: {
    /** Everything the page needs, with a first proposal for today. */
    look: {
      /** `day`: today, or the next day of school once the children are gone, unless told. */
      input: v.strictObject({ class: id('class'), day: v.optional(localDateSchema) }),
      reply: v.object({
        class: labelled,
        pupils: v.array(namedPupil),
        hosts: v.array(hostChoiceSchema),
        proposal: partsSchema,
        /** When children come back, by the school's clock. */
        endsAt: localTime,
        today: localDateSchema,
        day: localDateSchema,
        as: v.picklist(SPOKEN_AS),
        /** Sent out already today: the page changes that. */
        current: v.optional(dispatchViewSchema),
        apart: v.array(v.object({ id: id('event'), pupils: pairSchema })),
        /** Who teaches the class, and a head, may say who is kept apart; it is sealed. */
        mayKeepApart: v.boolean(),
      }),
    },
    propose: {
      input: v.strictObject({
        class: id('class'),
        day: localDateSchema,
        /** Classes that take nobody. */
        refused: v.pipe(v.array(id('class')), v.maxLength(60)),
        /** Where children stay. */
        placed: partsSchema,
        absent: pupilIds,
        apart: v.pipe(v.array(pairSchema), v.maxLength(60)),
      }),
      reply: v.object({ hosts: partsSchema }),
    },
    send: {
      input: v.strictObject({
        class: id('class'),
        kind: v.picklist(DISPATCH_KINDS),
        hosts: partsSchema,
        /** Absent: from now on. */
        from: v.optional(momentSchema),
        until: momentSchema,
        weekly: v.optional(weeklySchema),
        title: v.optional(line(80)),
        /** Changed: what it takes the place of. */
        replaces: v.pipe(v.array(id('event')), v.maxLength(20)),
      }),
      reply: dispatchViewSchema,
    },
    end: { input: v.strictObject({ dispatch: id('event') }), reply: done },
    list: { input: nothing, reply: v.object({ dispatches: v.array(dispatchViewSchema) }) },
    /** What the day page says: whom one hosts, where one's own are, how many eat in which class. */
    today: {
      input: v.strictObject({ day: v.optional(localDateSchema) }),
      reply: v.object({
        dispatches: v.array(dispatchViewSchema),
        counts: v.array(countSchema),
        /** When children usually come back. */
        endsAt: localTime,
        mine: v.array(id('class')),
        /** Classes of which nobody has said anything today may be sent out from here. */
        maySend: v.boolean(),
      }),
    },
    setEnd: { input: v.strictObject({ time: localTime }), reply: done },
    keepApart: {
      input: v.strictObject({ class: id('class'), pupils: pairSchema }),
      reply: v.object({ id: id('event') }),
    },
    mayMeet: { input: v.strictObject({ class: id('class'), id: id('event') }), reply: done },
  },
  events: { changed: v.object({}) },
});
export type SendOrder = v.InferOutput<(typeof dispatchSubject)['requests']['send']['input']>;
export type ProposeOrder = v.InferOutput<(typeof dispatchSubject)['requests']['propose']['input']>;
