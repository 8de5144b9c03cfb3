import { parseAudience, type Audience } from '../audience';
import { opaqueOf, type Id } from '../id';
import type { RoleGrant } from './actor';

/** What of a member of staff decides what they may read and do. */
export interface StaffRights {
  readonly _id: string;
  readonly roles: readonly ('head' | 'teacher')[];
  readonly classIds: readonly Id<'class'>[];
  /** The first local date on which the person is not of the school any more. */
  readonly leftOn?: string | undefined;
}

/** What a member of staff may read, by role (DESIGN 3). The head holds the school's bases, never a colleague's notes. */
export function entitledAudiences(person: StaffRights, held: readonly Audience[], year: number): Audience[] {
  if (person.leftOn !== undefined) return [];
  const head = person.roles.includes('head');
  const own = new Set(person.classIds.map((id) => opaqueOf(id)));
  return held.filter((name) => {
    const found = parseAudience(name);
    if (!found) return false;
    if (found.kind === 'perso') return found.opaque === opaqueOf(person._id as Id<'staff'>);
    if (found.kind === 'classe' || found.kind === 'suivi')
      return head || (own.has(found.opaque ?? '') && found.year === year);
    if (found.kind === 'direction' || found.kind === 'traces') return head;
    return true;
  });
}

/** Roles as `authorize` weighs them: a head's is for the whole school, a teacher's for their classes. */
export function grantsOf(person: Pick<StaffRights, 'roles' | 'classIds'>): RoleGrant[] {
  return person.roles.map((role) => ({ role, classIds: role === 'teacher' ? [...person.classIds] : [] }));
}
