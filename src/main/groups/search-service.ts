import * as v from 'valibot';
import { id } from '../../contract/define';
import type { FoundPerson } from '../../contract/staff/groups';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { fullName } from '../../domain/people/names';
import type { Grade } from '../../domain/people/person';
import { createPeopleIndex, mayFind, type PeopleIndex, type PersonEntry } from '../../domain/people/search';
import type { Actor } from '../../domain/rights/actor';
import { actionsOf } from '../../domain/rights/actions-of';
import { isStaffRole, type StaffRole } from '../../domain/rights/roles';
import type { AudienceDatabase } from '../../store/port';
import type { Platform } from '../capability';
import type { SchoolDatabases } from '../directory/databases';
import type { StaffDocument } from '../directory/records';
import { groupSchema, readAll } from './documents';
import { viewSchool, type SchoolView } from './school-view';

/** The white pages of the school (SDET UTI-IDO-PBL): nobody finds whom they may not read. */
export interface SearchService {
  /** Best first, at most `limit` (20). @throws PreauError `FORBIDDEN` for who may look for nobody */
  people(actor: Actor, query: string, limit?: number): Promise<FoundPerson[]>;
}

/** What one types for who somebody is; an index in memory, so it is searched as it is said in the school. */
const ROLE_WORDS: Readonly<Partial<Record<StaffRole, string>>> = {
  head: 'directrice directeur direction',
  teacher: 'enseignante enseignant maîtresse maître professeur',
  substitute: 'remplaçante remplaçant',
  aesh: 'AESH accompagnante accompagnant',
  atsem: 'ATSEM',
  rased: 'RASED',
  librarian: 'BCD bibliothèque',
};
const nameSchema = v.object({ family: v.string(), usage: v.optional(v.string()), first: v.string() });
const guardianSchema = v.looseObject({
  _id: id('guardian'),
  names: nameSchema,
  children: v.optional(v.array(id('pupil')), []),
  mergedInto: v.optional(v.string()),
});
type Guardian = v.InferOutput<typeof guardianSchema>;

export interface SearchDeps {
  readonly platform: Pick<Platform, 'tracer'>;
  readonly databases: Pick<SchoolDatabases, 'open' | 'readable'>;
  readonly timeZone: () => string;
  readonly now: () => number;
}

/** One index a poste, made again when somebody has come, gone or changed. */
interface Made {
  readonly key: string;
  readonly index: PeopleIndex;
  readonly school: SchoolView;
  readonly guardians: ReadonlyMap<string, Guardian>;
  readonly staff: ReadonlyMap<string, StaffDocument>;
}

export function createSearchService({ platform, databases, timeZone, now }: SearchDeps): SearchService {
  let made: Made | undefined;

  async function current(): Promise<Made> {
    const ecole = await databases.open('ecole');
    const direction = databases.readable('direction') ? await databases.open('direction') : undefined;
    const key = [ecole.audience, ecole.lastSeq, direction?.lastSeq, new Date(now()).toDateString()].join(' ');
    if (made?.key === key) return made;
    const school = viewSchool(ecole, now(), timeZone());
    const staff = new Map(
      ecole
        .all<StaffDocument>('staff')
        .filter(({ body }) => body.leftOn === undefined)
        .map(({ body }) => [body._id, body] as const),
    );
    const guardians = new Map(
      direction ? readGuardians(direction).map((one) => [one._id, one] as const) : [],
    );
    const groups = groupsByPupil(ecole);
    const index = createPeopleIndex([
      ...school.classes.flatMap(({ id: classId, label, pupils }) =>
        pupils.map(({ _id, names, grade }) => ({
          ...entry(_id as Id<'pupil'>, 'pupil', names, [classId], [label, grade ?? '']),
          groupIds: groups.get(_id),
        })),
      ),
      ...[...staff.values()].map((person) =>
        entry(person._id as Id<'staff'>, 'staff', person.names, person.classIds, [
          ...person.classIds.map((classId) => school.label(classId)),
          ...person.roles.map((role) => ROLE_WORDS[role] ?? ''),
        ]),
      ),
      ...[...guardians.values()].map((person) =>
        entry(
          person._id,
          'guardian',
          person.names,
          [],
          childrenOf(person, school).map(({ name }) => name),
        ),
      ),
    ]);
    return (made = { key, index, school, guardians, staff });
  }

  function found({ school, guardians, staff }: Made, one: PersonEntry): FoundPerson[] {
    const classes = one.classIds.flatMap((classId) => {
      const label = school.label(classId);
      return label ? [{ id: classId, label }] : [];
    });
    const name = [one.first, one.family].filter(Boolean).join(' ');
    if (one.kind === 'pupil') {
      const grade = school.pupil(one.id)?.grade as Grade | undefined;
      const [inClass] = classes;
      return [
        {
          kind: 'pupil',
          id: one.id as Id<'pupil'>,
          name,
          ...(inClass ? { class: inClass } : {}),
          ...(grade ? { grade } : {}),
        },
      ];
    }
    if (one.kind === 'staff') {
      const roles = (staff.get(one.id)?.roles ?? []).filter(isStaffRole);
      return [{ kind: 'staff', id: one.id as Id<'staff'>, name, roles, classes }];
    }
    const person = guardians.get(one.id);
    return person ? [{ kind: 'guardian', id: person._id, name, children: childrenOf(person, school) }] : [];
  }

  return {
    async people(actor, query, limit = 20) {
      if (!actionsOf(actor).includes('person.search'))
        throw new PreauError(actor.kind === 'anonymous' ? 'NOT_SIGNED_IN' : 'FORBIDDEN', {
          action: 'person.search',
        });
      const here = await current();
      const people = here.index
        .find(query, (one) => mayFind(actor, one), limit)
        .flatMap((one) => found(here, one));
      platform.tracer.trace(
        actor,
        'people.search',
        people.map((one) => one.id),
      );
      return people;
    },
  };
}

const entry = (
  personId: PersonEntry['id'],
  kind: PersonEntry['kind'],
  names: v.InferOutput<typeof nameSchema> | StaffDocument['names'],
  classIds: readonly Id<'class'>[],
  words: readonly string[],
): PersonEntry => ({
  id: personId,
  kind,
  first: names.first,
  family: names.usage ?? names.family,
  ...(names.usage === undefined ? {} : { birth: names.family }),
  classIds,
  words,
});

const childrenOf = (person: Guardian, school: SchoolView): { id: Id<'pupil'>; name: string }[] =>
  person.children.flatMap((child) => {
    const found = school.pupil(child);
    return found ? [{ id: child, name: fullName(found.names) }] : [];
  });

/** Of groups that are not put away: a right over a group is a right over who is in it. */
function groupsByPupil(ecole: AudienceDatabase): Map<string, Id<'group'>[]> {
  const found = new Map<string, Id<'group'>[]>();
  for (const { _id, pupils, archived } of readAll(ecole, 'group', groupSchema)) {
    if (archived) continue;
    for (const pupil of pupils) found.set(pupil, [...(found.get(pupil) ?? []), _id]);
  }
  return found;
}

function readGuardians(direction: AudienceDatabase): Guardian[] {
  return direction.all('guardian').flatMap(({ body }) => {
    const parsed = v.safeParse(guardianSchema, body);
    return parsed.success && parsed.output.mergedInto === undefined ? [parsed.output] : [];
  });
}
