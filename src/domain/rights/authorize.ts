import { PreauError } from '../errors';
import type { Id } from '../id';
import { hasRole, teaches, type Actor } from './actor';

/** What is acted upon, as far as rights care. */
export type Resource =
  | { readonly kind: 'school' }
  | { readonly kind: 'class'; readonly classId: Id<'class'> }
  | {
      readonly kind: 'lesson';
      readonly ownerId: Id<'staff'>;
      readonly lessonId: Id<'lesson'>;
      readonly classId?: Id<'class'>;
    }
  | { readonly kind: 'person'; readonly personId: Id }
  | { readonly kind: 'device'; readonly deviceId: Id<'device'> };

type Rule = (actor: Actor, resource: Resource) => boolean;

const anyone: Rule = () => true;
const staff: Rule = (actor) => actor.kind === 'staff';
const head: Rule = (actor) => hasRole(actor, 'head');
const poste: Rule = (actor) => actor.kind === 'poste';
const classTeacher: Rule = (actor, resource) => resource.kind === 'class' && teaches(actor, resource.classId);
const lessonOwner: Rule = (actor, resource) =>
  resource.kind === 'lesson' && actor.kind === 'staff' && actor.personId === resource.ownerId;
const inLesson: Rule = (actor, resource) =>
  resource.kind === 'lesson' &&
  (actor.kind === 'pupil' || actor.kind === 'visitor') &&
  actor.lessonId === resource.lessonId;
const pupilOfClass: Rule = (actor, resource) =>
  resource.kind === 'class' && actor.kind === 'pupil' && actor.classId === resource.classId;
const self: Rule = (actor, resource) =>
  resource.kind === 'person' &&
  (actor.kind === 'staff' || actor.kind === 'pupil') &&
  actor.personId === resource.personId;
const ownDevice: Rule = (actor, resource) =>
  resource.kind === 'device' && actor.kind === 'device' && actor.deviceId === resource.deviceId;

/**
 * The matrix: who may do what. A right is held when one rule says yes; what stands in no row is refused.
 * Default of the SDET, narrowed to the roles in use (SDET-32…36); issue 4 widens the rows, not the mechanism.
 */
const MATRIX = {
  'school.read': [staff, poste],
  'school.manage': [head],
  'people.read': [staff, poste],
  'people.import': [head],
  'account.manage': [head, self],
  'guardian.read': [head],
  'guardian.manage': [head],
  'authority.confirm': [head],
  'portal.manage': [head],
  // Names and telephone numbers of who may be called for a child, never an address (docs/guardians.md).
  'contact.read': [classTeacher, head],
  'class.read': [classTeacher, head, poste],
  'lesson.open': [staff],
  'lesson.conduct': [lessonOwner],
  'lesson.take-part': [inLesson],
  'work.read': [classTeacher, lessonOwner],
  'device.enrol': [staff],
  'device.revoke': [head],
  'device.use': [ownDevice],
  'roll.write': [classTeacher, head],
  'roll.read': [classTeacher, head],
  'homework.write': [classTeacher],
  'homework.read': [classTeacher, head, pupilOfClass],
  'plan.write': [classTeacher],
  'plan.read': [classTeacher],
  'cart.read': [staff, poste],
  'cart.manage': [staff],
  'inventory.read': [staff, poste],
  'inventory.manage': [head],
  'apps.push': [staff],
  'sync.read': [staff],
  'sync.run': [staff, poste],
  'sync.manage': [head],
  'poste.introduce': [staff],
  'welcome.use': [anyone],
} as const satisfies Record<string, readonly Rule[]>;

export type Action = keyof typeof MATRIX;
export const ACTIONS = Object.keys(MATRIX) as Action[];

/** One implementation, asked by services, the LAN door and the gateway (DESIGN 8). */
export function authorize(actor: Actor, action: Action, resource: Resource = { kind: 'school' }): boolean {
  return MATRIX[action].some((rule) => rule(actor, resource));
}

/** @throws PreauError `NOT_SIGNED_IN` for nobody, `FORBIDDEN` for somebody without the right. */
export function demand(actor: Actor, action: Action, resource: Resource = { kind: 'school' }): void {
  if (authorize(actor, action, resource)) return;
  throw new PreauError(actor.kind === 'anonymous' ? 'NOT_SIGNED_IN' : 'FORBIDDEN', { action });
}
