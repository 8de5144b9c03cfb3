import * as v from 'valibot';
import { GROUP_KINDS, GROUP_MAX } from '../../domain/groups/group';
import { GRADES } from '../../domain/people/person';
import { QUERY_MAX } from '../../domain/people/search';
import { STAFF_ROLES } from '../../domain/rights/roles';
import { done, id, line, localDateSchema, nothing, subject } from '../define';

export const rev = v.pipe(v.string(), v.maxLength(60));
export const labelled = v.object({ id: id('class'), label: v.string() });
export const namedPupil = v.object({
  id: id('pupil'),
  /** « Léa M. » where two of the list share a first name. */
  name: v.string(),
  full: v.string(),
  grade: v.optional(v.picklist(GRADES)),
});

const groupSchema = v.object({
  id: id('group'),
  name: v.string(),
  kind: v.picklist(GROUP_KINDS),
  pupils: v.array(v.object({ ...namedPupil.entries, class: v.string() })),
  staff: v.array(v.object({ id: id('staff'), name: v.string() })),
  owner: v.string(),
  lastDay: v.optional(localDateSchema),
  archived: v.boolean(),
  over: v.boolean(),
  /** Who asks may change it. */
  mine: v.boolean(),
  /** The class with which a lesson on the group lies, for who asks: one they teach, with most of its pupils. */
  lessonIn: v.optional(id('class')),
  /** Revisions that stand: more than one where two computers changed it apart; a save names them all. */
  leaves: v.array(rev),
  /** What the other versions say, to choose from. */
  others: v.array(v.object({ name: v.string(), pupils: v.number() })),
});
export type GroupView = v.InferOutput<typeof groupSchema>;

export const groupsSubject = subject({
  requests: {
    list: { input: nothing, reply: v.object({ groups: v.array(groupSchema) }) },
    /** Whom the person who asks may put in a group. */
    choices: {
      input: nothing,
      reply: v.object({
        classes: v.array(v.object({ ...labelled.entries, pupils: v.array(namedPupil) })),
        staff: v.array(v.object({ id: id('staff'), name: v.string() })),
      }),
    },
    save: {
      input: v.strictObject({
        id: v.optional(id('group')),
        leaves: v.pipe(v.array(rev), v.maxLength(20)),
        name: line(80),
        kind: v.picklist(GROUP_KINDS),
        pupils: v.pipe(v.array(id('pupil')), v.maxLength(GROUP_MAX)),
        staff: v.pipe(v.array(id('staff')), v.maxLength(GROUP_MAX)),
        lastDay: v.optional(localDateSchema),
      }),
      reply: v.object({ id: id('group'), rev }),
    },
    archive: {
      input: v.strictObject({
        id: id('group'),
        leaves: v.pipe(v.array(rev), v.maxLength(20)),
        archived: v.boolean(),
      }),
      reply: done,
    },
  },
  events: { changed: v.object({}) },
});
export type SaveGroup = v.InferOutput<(typeof groupsSubject)['requests']['save']['input']>;

const foundSchema = v.variant('kind', [
  v.object({
    kind: v.literal('pupil'),
    id: id('pupil'),
    name: v.string(),
    class: v.optional(labelled),
    grade: v.optional(v.picklist(GRADES)),
  }),
  v.object({
    kind: v.literal('staff'),
    id: id('staff'),
    name: v.string(),
    roles: v.array(v.picklist(STAFF_ROLES)),
    classes: v.array(labelled),
  }),
  /** A head's only: whose parent it is, never an address. */
  v.object({
    kind: v.literal('guardian'),
    id: id('guardian'),
    name: v.string(),
    children: v.array(v.object({ id: id('pupil'), name: v.string() })),
  }),
]);
export type FoundPerson = v.InferOutput<typeof foundSchema>;

export const searchSubject = subject({
  requests: {
    people: {
      input: v.strictObject({
        query: v.pipe(v.string(), v.maxLength(QUERY_MAX)),
        limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50))),
      }),
      reply: v.object({ people: v.array(foundSchema) }),
    },
  },
  events: {},
});
