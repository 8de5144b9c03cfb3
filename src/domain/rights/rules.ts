import type { Id } from '../id';
import { hasRole, hasRoleIn, type Actor } from './actor';
import type { StaffRole } from './roles';

/** What is acted upon, as far as rights care. */
export type Resource =
  | { readonly kind: 'school' }
  | { readonly kind: 'class'; readonly classId: Id<'class'> }
  | { readonly kind: 'group'; readonly groupId: Id<'group'> }
  | {
      readonly kind: 'lesson';
      readonly ownerId: Id<'staff'>;
      readonly lessonId: Id<'lesson'>;
      readonly classId?: Id<'class'>;
    }
  | { readonly kind: 'person'; readonly personId: Id }
  | { readonly kind: 'device'; readonly deviceId: Id<'device'> };

export type Rule = (actor: Actor, resource: Resource) => boolean;

/** Held for the whole school, whatever is acted upon. */
export const held =
  (...roles: readonly StaffRole[]): Rule =>
  (actor) =>
    hasRole(actor, ...roles);

/** Held, and what is acted upon is nobody's: neither a class, nor a person, nor a lesson of somebody. */
export const atSchool =
  (...roles: readonly StaffRole[]): Rule =>
  (actor, resource) =>
    resource.kind === 'school' && hasRole(actor, ...roles);

/** Held for that class or that group. */
export const within =
  (...roles: readonly StaffRole[]): Rule =>
  (actor, resource) => {
    if (resource.kind === 'class') return hasRoleIn(actor, resource.classId, ...roles);
    if (resource.kind !== 'group' || actor.kind !== 'staff') return false;
    const { groupId } = resource;
    return actor.grants.some(
      ({ role, groupIds }) => roles.includes(role) && groupIds?.includes(groupId) === true,
    );
  };

export const anyone: Rule = () => true;
export const poste: Rule = (actor) => actor.kind === 'poste';
/** Who opened a lesson conducts it, as long as a role lets them open one at all. */
export const lessonOwner =
  (...roles: readonly StaffRole[]): Rule =>
  (actor, resource) =>
    resource.kind === 'lesson' &&
    actor.kind === 'staff' &&
    actor.personId === resource.ownerId &&
    hasRole(actor, ...roles);
export const inLesson: Rule = (actor, resource) =>
  resource.kind === 'lesson' &&
  (actor.kind === 'pupil' || actor.kind === 'visitor') &&
  actor.lessonId === resource.lessonId;
export const pupilOfClass: Rule = (actor, resource) =>
  resource.kind === 'class' && actor.kind === 'pupil' && actor.classId === resource.classId;
export const guardianInClass: Rule = (actor, resource) =>
  resource.kind === 'class' && actor.kind === 'guardian' && actor.classIds.includes(resource.classId);
export const self: Rule = (actor, resource) =>
  resource.kind === 'person' &&
  (actor.kind === 'staff' || actor.kind === 'pupil' || actor.kind === 'guardian') &&
  actor.personId === resource.personId;
export const ownDevice: Rule = (actor, resource) =>
  resource.kind === 'device' && actor.kind === 'device' && actor.deviceId === resource.deviceId;
