import type { Id } from '../id';
import { TEACHING, type StaffRole } from './roles';

/** A role somebody holds, where, and for how long. Instants are UTC ISO. */
export interface RoleGrant {
  readonly role: StaffRole;
  /** Classes the role is held for; empty for a role held for the whole school. */
  readonly classIds: readonly Id<'class'>[];
  readonly groupIds?: readonly Id<'group'>[];
  /** The first instant on which it is held; absent: always has been. */
  readonly from?: string;
  /** The first instant on which it is not held any more; absent: until somebody ends it. */
  readonly until?: string;
}

/** Who asks. Every service method takes one; nothing is done in nobody's name. */
export type Actor =
  | { readonly kind: 'anonymous' }
  /** Carries only the grants that hold now (`grantsAt`). */
  | { readonly kind: 'staff'; readonly personId: Id<'staff'>; readonly grants: readonly RoleGrant[] }
  | {
      readonly kind: 'pupil';
      readonly personId: Id<'pupil'>;
      readonly lessonId: Id<'lesson'>;
      readonly classId: Id<'class'>;
    }
  /** At the portal, never at a poste: the children and the classes they are in. */
  | {
      readonly kind: 'guardian';
      readonly personId: Id<'guardian'>;
      readonly pupilIds: readonly Id<'pupil'>[];
      readonly classIds: readonly Id<'class'>[];
    }
  | { readonly kind: 'visitor'; readonly lessonId: Id<'lesson'> }
  /** A device at the LAN door before anybody has joined on it. */
  | { readonly kind: 'device'; readonly deviceId: Id<'device'> }
  /** The poste itself: night run, retention, recovery after a crash. */
  | { readonly kind: 'poste' };

export const ANONYMOUS: Actor = { kind: 'anonymous' };
export const POSTE: Actor = { kind: 'poste' };

export function hasRole(actor: Actor, ...roles: readonly StaffRole[]): boolean {
  return actor.kind === 'staff' && actor.grants.some((grant) => roles.includes(grant.role));
}

/** True when the role is held for that class. */
export function hasRoleIn(actor: Actor, classId: Id<'class'>, ...roles: readonly StaffRole[]): boolean {
  return (
    actor.kind === 'staff' &&
    actor.grants.some((grant) => roles.includes(grant.role) && grant.classIds.includes(classId))
  );
}

/** True when a member of staff teaches that class, for the year or as a substitute. */
export const teaches = (actor: Actor, classId: Id<'class'>): boolean =>
  hasRoleIn(actor, classId, ...TEACHING);
