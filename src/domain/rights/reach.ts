import type { Id } from '../id';
import type { Actor } from './actor';
import { authorize, type Action } from './authorize';
import { STAFF_ROLES, type StaffRole } from './roles';
import type { Resource } from './rules';

/** Who the columns of the matrix are: every role alone, and everybody who holds none. */
export const COLUMNS = [
  ...STAFF_ROLES,
  'guardian',
  'pupil',
  'visitor',
  'device',
  'poste',
  'anonymous',
] as const;
export type Column = (typeof COLUMNS)[number];

/** How far a right goes: everything, or only what is nobody's, or what is one's own. */
export const REACHES = ['school', 'class', 'group', 'lesson', 'self', 'device'] as const;
export type Reach = (typeof REACHES)[number];

const id = <P extends 'class' | 'group' | 'staff' | 'pupil' | 'guardian' | 'lesson' | 'device'>(
  prefix: P,
  letter: string,
): Id<P> => `${prefix}_${letter.repeat(13)}`;

const OTHER: readonly Resource[] = [
  { kind: 'class', classId: id('class', 'z') },
  { kind: 'group', groupId: id('group', 'z') },
  { kind: 'lesson', lessonId: id('lesson', 'z'), ownerId: id('staff', 'z'), classId: id('class', 'z') },
  { kind: 'person', personId: id('staff', 'z') },
  { kind: 'device', deviceId: id('device', 'z') },
];

/** Somebody who is that and nothing else, with one class, one group, one lesson of their own. */
export function typical(column: Column): Actor {
  switch (column) {
    case 'anonymous':
    case 'poste':
      return { kind: column };
    case 'device':
      return { kind: 'device', deviceId: id('device', 'a') };
    case 'visitor':
      return { kind: 'visitor', lessonId: id('lesson', 'a') };
    case 'pupil':
      return {
        kind: 'pupil',
        personId: id('pupil', 'a'),
        lessonId: id('lesson', 'a'),
        classId: id('class', 'a'),
      };
    case 'guardian':
      return {
        kind: 'guardian',
        personId: id('guardian', 'a'),
        pupilIds: [id('pupil', 'a')],
        classIds: [id('class', 'a')],
      };
    default:
      return inRole(column);
  }
}

const inRole = (role: StaffRole): Actor => ({
  kind: 'staff',
  personId: id('staff', 'a'),
  grants: [{ role, classIds: [id('class', 'a')], groupIds: [id('group', 'a')] }],
});

function ownOf(actor: Actor, reach: Reach): Resource {
  switch (reach) {
    case 'school':
      return { kind: 'school' };
    case 'class':
      return { kind: 'class', classId: id('class', 'a') };
    case 'group':
      return { kind: 'group', groupId: id('group', 'a') };
    case 'lesson':
      return { kind: 'lesson', lessonId: id('lesson', 'a'), ownerId: id('staff', 'a') };
    case 'self':
      return { kind: 'person', personId: 'personId' in actor ? actor.personId : id('staff', 'a') };
    case 'device':
      return { kind: 'device', deviceId: id('device', 'a') };
  }
}

/** A cell of the matrix: `all` where it does not matter whose it is, else what of one's own; empty where nothing. */
export function reachOf(column: Column, action: Action): 'all' | readonly Reach[] {
  const actor = typical(column);
  const own = REACHES.filter((reach) => authorize(actor, action, ownOf(actor, reach)));
  const others = OTHER.filter((resource) => authorize(actor, action, resource));
  if (others.length === OTHER.length && own.length === REACHES.length) return 'all';
  if (others.length > 0)
    throw new Error(`${action} of ${column} reaches what is another’s, but not everything`);
  return own;
}
