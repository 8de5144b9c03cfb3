import type { Id } from '../../domain/id';
import { fullName } from '../../domain/people/names';
import { compareClasses, sortGrades, type Grade } from '../../domain/people/person';
import type { RoleGrant } from '../../domain/rights/actor';
import { grantsFrom, hasKeysAt } from '../../domain/rights/delegation';
import { holdsAt } from '../../domain/rights/effective';
import type { SchoolDatabases } from '../directory/databases';
import type { ClassDocument, StaffDocument } from '../directory/records';
import { readFacts, standing } from './documents';

/** Names and classes as the screen says them, and what a person was given on top. */
export interface RightsDirectory {
  staff(): Promise<readonly StaffDocument[]>;
  classes(): Promise<ReadonlyMap<Id<'class'>, string>>;
  /** Every dated role that nobody has ended, past and future ones included: `grantsAt` says what holds. */
  delegated(person: Id<'staff'>): Promise<RoleGrant[]>;
  /** Those whose keys are handed out: a little before they begin, until they end. */
  delegatedKeys(person: Id<'staff'>): Promise<RoleGrant[]>;
  /** Whether a convention for the hours out of school holds at that instant, in milliseconds since the epoch. */
  conventionAt(ms: number): Promise<boolean>;
  /** Computers that a head named with rights whose keys are handed out. */
  lent(): Promise<{ poste: Id<'poste'>; person: Id<'staff'>; until: string }[]>;
}

export function createRightsDirectory(deps: {
  readonly databases: Pick<SchoolDatabases, 'open' | 'readable'>;
  readonly rights: { now(): number; ended(id: string): boolean };
}): RightsDirectory {
  const { databases, rights } = deps;

  async function delegated(person: Id<'staff'>): Promise<RoleGrant[]> {
    if (!databases.readable('ecole')) return [];
    const facts = standing(readFacts(await databases.open('ecole')), (id) => rights.ended(id));
    const own = facts.delegations.filter((one) => one.person === person);
    return own.length === 0 ? [] : grantsFrom(own, facts.conventions);
  }

  return {
    async staff() {
      return (await databases.open('ecole')).all<StaffDocument>('staff').map(({ body }) => body);
    },
    async classes() {
      const all = (await databases.open('ecole')).all<ClassDocument>('class');
      return new Map(
        all
          .filter(({ body }) => !body.mergedInto)
          .map(({ body }) => ({ ...body, grades: sortGrades(body.grades as Grade[]) }))
          .sort(compareClasses)
          .map(({ _id, label }) => [_id as Id<'class'>, label] as const),
      );
    },
    delegated,
    async conventionAt(ms) {
      if (!databases.readable('ecole')) return false;
      const facts = standing(readFacts(await databases.open('ecole')), (id) => rights.ended(id));
      return facts.conventions.some((one) => holdsAt(one, ms));
    },
    async lent() {
      if (!databases.readable('ecole')) return [];
      const ecole = await databases.open('ecole');
      const isHead = (person: Id<'staff'>): boolean =>
        ecole.get<StaffDocument>(person)?.body.roles.includes('head') ?? false;
      const { delegations } = standing(readFacts(ecole), (id) => rights.ended(id));
      return delegations.flatMap(({ person, by, from, until, postes = [] }) =>
        until !== undefined &&
        isHead(by) &&
        hasKeysAt({ role: 'guest', classIds: [], from, until }, rights.now())
          ? postes.map((poste) => ({ poste, person, until }))
          : [],
      );
    },
    delegatedKeys: async (person) =>
      (await delegated(person)).filter((grant) => hasKeysAt(grant, rights.now())),
  };
}

export const nameOf = (staff: readonly StaffDocument[], id: string): string => {
  const found = staff.find(({ _id }) => _id === id);
  return found ? fullName(found.names) : '';
};
