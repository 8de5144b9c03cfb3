import { parseAudience, type Audience } from '../audience';
import { opaqueOf, type Id } from '../id';
import type { RoleGrant } from './actor';
import { isStaffRole, SCOPE_OF, TEACHING, type StaffRole } from './roles';

/** What of a member of staff decides what they may read and do. */
export interface StaffRights {
  readonly _id: string;
  /** Roles for the year, as the directory says them. One that this version does not know gives nothing. */
  readonly roles: readonly string[];
  readonly classIds: readonly Id<'class'>[];
  /** Dated roles on top, only those that hold at the instant that is asked about. */
  readonly delegated?: readonly RoleGrant[] | undefined;
  /** The first local date on which the person is not of the school any more. */
  readonly leftOn?: string | undefined;
}

const OF_THE_SCHOOL: readonly StaffRole[] = ['head', ...TEACHING, 'aesh', 'atsem', 'rased', 'librarian'];
/** Who needs a name at all: `ecole` says them. Equipment, traces and after-school lessons do without (convention, art. 4, 5). */
const KNOWS_NAMES: readonly StaffRole[] = [...OF_THE_SCHOOL, 'inspector', 'guest'];
const IN_CLASS: readonly StaffRole[] = [...TEACHING, 'aesh', 'atsem', 'inspector'];

/**
 * What a member of staff may read, by role (DESIGN 3). The head holds the school's bases, never a colleague's notes. Who has
 * no role any more keeps their own notes, and nothing of the school.
 */
export function entitledAudiences(person: StaffRights, held: readonly Audience[], year: number): Audience[] {
  if (person.leftOn !== undefined) return [];
  const grants = grantsOf(person);
  const has = (...roles: readonly StaffRole[]): boolean => grants.some(({ role }) => roles.includes(role));
  const classesOf = (roles: readonly StaffRole[]): Set<string> =>
    new Set(
      grants.flatMap(({ role, classIds }) =>
        roles.includes(role) ? classIds.map((id) => opaqueOf(id)) : [],
      ),
    );
  const inside = { classe: classesOf(IN_CLASS), suivi: classesOf(TEACHING) };
  return held.filter((name) => {
    const found = parseAudience(name);
    if (!found) return false;
    switch (found.kind) {
      case 'perso':
        return found.opaque === opaqueOf(person._id as Id<'staff'>);
      case 'classe':
      case 'suivi':
        return has('head') || (inside[found.kind].has(found.opaque ?? '') && found.year === year);
      case 'direction':
        return has('head');
      case 'traces':
        return has('head', 'administrator');
      case 'ecole':
        // A guest of no class needs nobody's name.
        return grants.some(
          ({ role, classIds }) => KNOWS_NAMES.includes(role) && (role !== 'guest' || classIds.length > 0),
        );
      case 'courrier':
        return has(...OF_THE_SCHOOL);
      case 'parc':
        return grants.length > 0;
    }
  });
}

/** Roles as `authorize` weighs them: a head's is for the whole school, a teacher's for their classes; then the dated ones. */
export function grantsOf(person: Pick<StaffRights, 'roles' | 'classIds' | 'delegated'>): RoleGrant[] {
  const lasting = person.roles
    .filter(isStaffRole)
    .map((role) => ({ role, classIds: SCOPE_OF[role] === 'classes' ? [...person.classIds] : [] }));
  return [...lasting, ...(person.delegated ?? [])];
}
