import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Picture } from '../../domain/people/pictures';
import { POSTE, type Actor } from '../../domain/rights/actor';
import { authorize } from '../../domain/rights/authorize';
import type { DocumentBody } from '../../store/port';
import type { SchoolDatabases } from '../directory/databases';
import type { PeopleService, RosterEntry } from '../directory/people-service';
import { readDispatches } from './documents';
import type { GroupsService } from './groups-service';
import type { Guests } from './guests';
import { viewSchool } from './school-view';

type Roster = Awaited<ReturnType<PeopleService['roster']>>;

/** Who may sign in to a lesson: the class and whom it hosts at this moment, or a group. */
export interface LessonRosters {
  classes: PeopleService['classes'];
  /** @throws PreauError `FORBIDDEN`, `NOT_FOUND` for a group that is over */
  roster(actor: Actor, classId: Id<'class'>, groupId?: Id<'group'>): Promise<Roster>;
  groupName(actor: Actor, groupId: Id<'group'>): Promise<string>;
  /** Whom that class has hosted this year, and who has work there: names of what stays when they are gone, or came along. */
  guestNames(classId: Id<'class'>): Promise<ReadonlyMap<string, string>>;
}

type HandInNames = DocumentBody & { readonly pupils: readonly Id<'pupil'>[] };

export interface RosterDeps {
  readonly people: Pick<PeopleService, 'classes' | 'roster'>;
  readonly databases: Pick<SchoolDatabases, 'open' | 'readable'>;
  readonly guests: Pick<Guests, 'now'>;
  readonly groups: Pick<GroupsService, 'forLesson'>;
  /** A pupil's own picture follows from the id. */
  readonly symbolOf: (pupil: string) => Picture;
  readonly now: () => number;
  readonly timeZone: () => string;
}

export function createLessonRosters(deps: RosterDeps): LessonRosters {
  const { people, databases } = deps;
  const view = async () => viewSchool(await databases.open('ecole'), deps.now(), deps.timeZone());

  /** Their class's key is not here, so neither is their picture code: the teacher who knows the face lets them in. */
  async function asGuests(ids: readonly Id<'pupil'>[], among: readonly string[]): Promise<RosterEntry[]> {
    if (ids.length === 0) return [];
    const wanted = new Set<string>(ids);
    return (await view())
      .named([...among, ...ids])
      .filter(({ id }) => wanted.has(id))
      .map(({ id, name }) => ({ id, name, symbol: deps.symbolOf(id), code: [] }));
  }
  /** With their own codes, where this poste may read them. */
  async function ofGroup(actor: Actor, ids: readonly Id<'pupil'>[]): Promise<Roster> {
    const school = await view();
    const byClass = new Map<Id<'class'>, RosterEntry[]>();
    let pictureCode = false;
    for (const id of ids) {
      const classId = school.pupil(id)?.classId as Id<'class'> | undefined;
      if (!classId || byClass.has(classId) || !databases.readable('classe', classId)) continue;
      if (!authorize(actor, 'class.read', { kind: 'class', classId })) continue;
      const found = await people.roster(POSTE, classId);
      pictureCode ||= found.pictureCode;
      byClass.set(classId, found.entries as RosterEntry[]);
    }
    const known = new Map([...byClass.values()].flat().map((entry) => [entry.id, entry]));
    const here = ids.filter((id) => school.class(school.pupil(id)?.classId ?? '') !== undefined);
    return {
      pictureCode,
      entries: school.named(here).map(({ id, name }) => ({
        id,
        name,
        symbol: deps.symbolOf(id),
        code: known.get(id)?.code ?? [],
      })),
    };
  }

  return {
    classes: (actor) => people.classes(actor),
    async roster(actor, classId, groupId) {
      if (groupId) return ofGroup(actor, (await deps.groups.forLesson(actor, groupId)).pupils);
      const own = await people.roster(actor, classId);
      const ids = new Set<string>(own.entries.map(({ id }) => id));
      const guests = (await deps.guests.now(classId)).filter((id) => !ids.has(id));
      const more = await asGuests(guests, [...ids]);
      return more.length === 0 ? own : { ...own, entries: [...own.entries, ...more] };
    },
    groupName: async (actor, groupId) => (await deps.groups.forLesson(actor, groupId)).name,
    async guestNames(classId) {
      if (!databases.readable('ecole')) throw new PreauError('KEY_MISSING', { audience: 'ecole' });
      const all = readDispatches(await databases.open('ecole'));
      const ids = all.flatMap(({ hosts }) =>
        hosts.flatMap((part) => (part.classId === classId ? part.pupils : [])),
      );
      const works = databases.readable('classe', classId)
        ? (await databases.open('classe', classId)).all<HandInNames>('handIn')
        : [];
      const named = new Set([...ids, ...works.flatMap(({ body }) => body.pupils)]);
      return new Map((await view()).named([...named]).map(({ id, full }) => [id, full]));
    },
  };
}
