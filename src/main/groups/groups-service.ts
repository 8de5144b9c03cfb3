import type { ReplyOf } from '../../contract/define';
import type { StaffContract } from '../../contract/staff';
import type { GroupView, SaveGroup } from '../../contract/staff/groups';
import { PreauError } from '../../domain/errors';
import { isOver } from '../../domain/groups/group';
import { idFrom, type Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { authorize, demand } from '../../domain/rights/authorize';
import { localDate } from '../../domain/time';
import type { AudienceDatabase, DocumentBody, Held } from '../../store/port';
import type { Platform } from '../capability';
import type { SchoolDatabases } from '../directory/databases';
import type { StaffDocument } from '../directory/records';
import * as v from 'valibot';
import { groupSchema, type GroupDocument } from './documents';
import { viewSchool, type SchoolView } from './school-view';

/** Groups made by people of the school (SDET L11203): their own pupils and colleagues; a head, anybody. */
export interface GroupsService {
  /** One's own and those one is in; a head, all of them. */
  list(actor: Actor): Promise<GroupView[]>;
  choices(actor: Actor): Promise<ReplyOf<StaffContract, 'groups.choices'>>;
  /** @throws PreauError `FORBIDDEN` for a pupil of somebody else's, `CONFLICT`, `NOT_FOUND` */
  save(actor: Actor, group: SaveGroup): Promise<{ id: Id<'group'>; rev: string }>;
  archive(actor: Actor, id: Id<'group'>, leaves: readonly string[], archived: boolean): Promise<void>;
  /** @throws PreauError `FORBIDDEN` for who is not of it, `NOT_FOUND` for one that is over */
  forLesson(actor: Actor, id: Id<'group'>): Promise<{ name: string; pupils: readonly Id<'pupil'>[] }>;
}

export interface GroupsDeps {
  readonly platform: Platform;
  readonly databases: Pick<SchoolDatabases, 'open'>;
  readonly timeZone: () => string;
  readonly now: () => number;
}

export function createGroupsService(deps: GroupsDeps): GroupsService {
  const { platform, databases } = deps;
  const ecole = (): Promise<AudienceDatabase> => databases.open('ecole');
  const today = (): string => localDate(deps.now(), deps.timeZone());
  const isHead = (actor: Actor): boolean => authorize(actor, 'school.manage');
  const me = (actor: Actor): Id<'staff'> => {
    if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'group.manage' });
    return actor.personId;
  };
  const mayEdit = (actor: Actor, group: Pick<GroupDocument, 'owner'>): boolean =>
    authorize(actor, 'group.manage') && (isHead(actor) || group.owner === me(actor));
  const isOf = (actor: Actor, group: GroupDocument): boolean =>
    mayEdit(actor, group) || group.staff.includes(me(actor));
  const mayTake = (actor: Actor, classId: string | undefined): boolean =>
    isHead(actor) ||
    (classId !== undefined &&
      authorize(actor, 'group.manage', { kind: 'class', classId: classId as Id<'class'> }));
  const read = (body: DocumentBody): GroupDocument | undefined => {
    const parsed = v.safeParse(groupSchema, body);
    return parsed.success ? parsed.output : undefined;
  };
  function held(db: AudienceDatabase, id: Id<'group'>): { held: Held; group: GroupDocument } {
    const found = db.get(id);
    const group = found && read(found.body);
    if (!found || !group) throw new PreauError('NOT_FOUND', { kind: 'group' });
    return { held: found, group };
  }
  /** What was not seen is not ended: a version that came meanwhile makes it a conflict. */
  async function write(
    db: AudienceDatabase,
    body: GroupDocument,
    leaves: readonly string[],
  ): Promise<string> {
    const before = db.get(body._id);
    const standing = before ? [before.rev, ...before.conflicts.map(({ rev }) => rev)] : [];
    if (standing.length !== leaves.length || standing.some((rev) => !leaves.includes(rev)))
      throw new PreauError('CONFLICT', { kind: 'group' });
    const next = JSON.parse(JSON.stringify(body)) as DocumentBody;
    const { rev } = await (standing.length > 1 ? db.resolve(next, standing) : db.put(next, before?.rev));
    platform.publish('groups.changed', {});
    return rev;
  }
  const viewOf = (actor: Actor, one: Held, group: GroupDocument, school: SchoolView): GroupView => ({
    id: group._id,
    name: group.name,
    kind: group.kind,
    pupils: school
      .named(group.pupils)
      .map((pupil) => ({ ...pupil, class: school.label(school.pupil(pupil.id)?.classId ?? '') })),
    staff: group.staff.map((id) => ({ id, name: school.staffName(id) })),
    owner: school.staffName(group.owner),
    ...(group.lastDay === undefined ? {} : { lastDay: group.lastDay }),
    archived: group.archived,
    over: isOver(group, today()),
    mine: mayEdit(actor, group),
    ...lessonIn(actor, group, school),
    leaves: [one.rev, ...one.conflicts.map(({ rev }) => rev)],
    others: one.conflicts.flatMap(({ body }) => {
      const other = read(body);
      return other ? [{ name: other.name, pupils: other.pupils.length }] : [];
    }),
  });

  /** A lesson lies in the base of one class: of those one may open a lesson with, the one with most of the group. */
  function lessonIn(actor: Actor, group: GroupDocument, school: SchoolView): { lessonIn?: Id<'class'> } {
    const ranked = school.classes
      .filter(({ id }) => authorize(actor, 'lesson.open', { kind: 'class', classId: id }))
      .map(({ id, pupils }) => ({
        id,
        n: pupils.filter(({ _id }) => group.pupils.includes(_id as Id<'pupil'>)).length,
      }))
      .sort((a, b) => b.n - a.n);
    const [best] = ranked;
    return best ? { lessonIn: best.id } : {};
  }

  return {
    async list(actor) {
      demand(actor, 'group.manage');
      const db = await ecole();
      const school = viewSchool(db, deps.now(), deps.timeZone());
      return db
        .all('group')
        .flatMap((one) => {
          const group = read(one.body);
          return group && isOf(actor, group) ? [viewOf(actor, one, group, school)] : [];
        })
        .sort(
          (a, b) => Number(a.over) - Number(b.over) || a.name.localeCompare(b.name, 'fr', { numeric: true }),
        );
    },
    async choices(actor) {
      demand(actor, 'group.manage');
      const db = await ecole();
      const school = viewSchool(db, deps.now(), deps.timeZone());
      return {
        classes: school.classes
          .filter(({ id }) => mayTake(actor, id))
          .map(({ id, label, pupils }) => ({
            id,
            label,
            pupils: school.named(pupils.map(({ _id }) => _id)),
          })),
        staff: db
          .all<StaffDocument>('staff')
          .filter(({ body }) => body.leftOn === undefined)
          .map(({ body }) => ({ id: body._id as Id<'staff'>, name: school.staffName(body._id) }))
          .sort((a, b) => a.name.localeCompare(b.name, 'fr')),
      };
    },
    async save(actor, { id, leaves, name, kind, pupils, staff, lastDay }) {
      demand(actor, 'group.manage');
      const db = await ecole();
      const before = id ? held(db, id).group : undefined;
      if (before && !mayEdit(actor, before)) throw new PreauError('FORBIDDEN', { action: 'group.manage' });
      const school = viewSchool(db, deps.now(), deps.timeZone());
      const kept = new Set<string>(before?.pupils);
      const wanted = [...new Set(pupils)].sort();
      for (const pupil of wanted) {
        const found = school.pupil(pupil);
        if (!found) throw new PreauError('NOT_FOUND', { kind: 'pupil' });
        // Whom a head put in, or who has changed class since, may stay.
        if (!kept.has(pupil) && !mayTake(actor, found.classId))
          throw new PreauError('FORBIDDEN', { action: 'group.manage' });
      }
      const colleagues = new Set(db.all<StaffDocument>('staff').map(({ body }) => body._id));
      if (staff.some((one) => !colleagues.has(one))) throw new PreauError('NOT_FOUND', { kind: 'staff' });
      const classIds = wanted.flatMap((pupil) => school.pupil(pupil)?.classId ?? []);
      const body: GroupDocument = {
        ...before,
        _id: id ?? idFrom('group', platform.random(9)),
        type: 'group',
        v: 1,
        name,
        kind,
        pupils: wanted,
        staff: [...new Set(staff)].sort(),
        classIds: [...new Set(classIds)].sort() as Id<'class'>[],
        owner: before?.owner ?? me(actor),
        lastDay,
        archived: before?.archived ?? false,
      };
      const rev = await write(db, body, leaves);
      platform.tracer.trace(actor, 'group.change', [body._id, ...body.classIds]);
      return { id: body._id, rev };
    },
    async archive(actor, id, leaves, archived) {
      demand(actor, 'group.manage');
      const db = await ecole();
      const { group } = held(db, id);
      if (!mayEdit(actor, group)) throw new PreauError('FORBIDDEN', { action: 'group.manage' });
      await write(db, { ...group, archived }, leaves);
      platform.tracer.trace(actor, 'group.change', [id]);
    },
    async forLesson(actor, id) {
      const { group } = held(await ecole(), id);
      if (actor.kind !== 'poste') {
        if (!isOf(actor, group)) throw new PreauError('FORBIDDEN', { action: 'lesson.open' });
        if (isOver(group, today())) throw new PreauError('NOT_FOUND', { kind: 'group' });
      }
      return { name: group.name, pupils: group.pupils };
    },
  };
}
