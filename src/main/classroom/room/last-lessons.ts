import type { Id } from '../../../domain/id';
import type { Actor } from '../../../domain/rights/actor';
import { authorize, demand } from '../../../domain/rights/authorize';
import type { ReplyOf } from '../../../contract/define';
import type { roomSubject } from '../../../contract/staff/room';
import type { AudienceDatabase } from '../../../store/port';
import type { ClassroomDeps } from '../deps';
import type { LessonDocument } from '../documents';
import { findPlan, readPlan } from './plan-store';

type Last = ReplyOf<{ room: typeof roomSubject }, 'room.last'>['lessons'][number];

/** The newest lesson this person opened for each of these classes and their groups, and without a class. */
export async function lastLessons(
  { databases }: Pick<ClassroomDeps, 'databases'>,
  actor: Actor,
  classes: readonly Id<'class'>[],
): Promise<Last[]> {
  demand(actor, 'lesson.open');
  if (actor.kind !== 'staff') return [];
  const owner = actor.personId;
  const found: Last[] = [];
  const look = (base: AudienceDatabase, plans: AudienceDatabase | undefined): void => {
    const own = base
      .all<LessonDocument>('lesson')
      .map(({ body }) => body)
      .filter((body) => body.owner === owner)
      .sort((a, b) => b.openedAt.localeCompare(a.openedAt));
    const newest = new Map(own.reverse().map((body) => [body.group ?? '', body]));
    for (const { class: classId, group, cart, mode, pictureCode, openedAt } of newest.values()) {
      const of = { ownerId: owner, classId, groupId: group };
      found.push({
        ...(classId && { class: classId }),
        ...(group && { group }),
        ...(cart && { cart }),
        mode,
        pictureCode,
        openedAt,
        plan: plans !== undefined && findPlan(plans, of) !== undefined,
        greets: plans ? Object.keys(readPlan(plans, of).sat).length : 0,
      });
    }
  };
  for (const id of classes) {
    if (!authorize(actor, 'lesson.open', { kind: 'class', classId: id })) continue;
    look(await databases.ofClass(id), await databases.plansOf?.(id));
  }
  const parc = await databases.withoutClass();
  look(parc, parc);
  return found.sort((a, b) => b.openedAt.localeCompare(a.openedAt));
}
