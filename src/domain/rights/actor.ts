import type { Id } from '../id';

/** Roles of staff; two are used from the start, the others have their place (GLOSSARY). Rights are the sum of roles. */
export type Role = 'head' | 'teacher';

export interface RoleGrant {
  readonly role: Role;
  /** Classes the role is held for; empty for a role held for the whole school. */
  readonly classIds: readonly Id<'class'>[];
}

/** Who asks. Every service method takes one; nothing is done in nobody's name. */
export type Actor =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'staff'; readonly personId: Id<'staff'>; readonly grants: readonly RoleGrant[] }
  | {
      readonly kind: 'pupil';
      readonly personId: Id<'pupil'>;
      readonly lessonId: Id<'lesson'>;
      readonly classId: Id<'class'>;
    }
  | { readonly kind: 'visitor'; readonly lessonId: Id<'lesson'> }
  /** A device at the LAN door before anybody has joined on it. */
  | { readonly kind: 'device'; readonly deviceId: Id<'device'> }
  /** The poste itself: night run, retention, recovery after a crash. */
  | { readonly kind: 'poste' };

export const ANONYMOUS: Actor = { kind: 'anonymous' };
export const POSTE: Actor = { kind: 'poste' };

export function hasRole(actor: Actor, role: Role): boolean {
  return actor.kind === 'staff' && actor.grants.some((grant) => grant.role === role);
}

/** True when a staff member teaches that class. */
export function teaches(actor: Actor, classId: Id<'class'>): boolean {
  return (
    actor.kind === 'staff' &&
    actor.grants.some((grant) => grant.role === 'teacher' && grant.classIds.includes(classId))
  );
}
