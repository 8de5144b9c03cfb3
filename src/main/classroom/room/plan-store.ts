import { idFrom, type Id } from '../../../domain/id';
import type { Lesson } from '../../../domain/lesson/model';
import { NO_PLAN, whoSat, type LessonPlan } from '../../../domain/lesson/plan';
import type { Instant } from '../../../domain/time';
import type { AudienceDatabase, DocumentBody } from '../../../store/port';
import type { Random } from '../../capability';
import { asJson } from '../documents';
import type { LessonDatabases } from '../ports';

/** How one teacher arranged one class (or one group of it): one document, revised by who conducts the lesson. */
export interface LessonPlanDocument extends DocumentBody {
  readonly type: 'lessonPlan';
  readonly owner: Id<'staff'>;
  readonly class?: Id<'class'>;
  readonly group?: Id<'group'>;
  readonly at: Instant;
}
type Of = Pick<Lesson, 'ownerId' | 'classId' | 'groupId'>;

export function findPlan(base: AudienceDatabase, of: Of) {
  return base
    .all<LessonPlanDocument>('lessonPlan')
    .filter(({ body }) => body.owner === of.ownerId && body.class === of.classId && body.group === of.groupId)
    .sort((a, b) => b.body.at.localeCompare(a.body.at))[0];
}
export function readPlan(base: AudienceDatabase, of: Of): LessonPlan {
  const held = findPlan(base, of)?.body['plan'] as unknown as LessonPlan | undefined;
  return held ? { ...NO_PLAN, ...held } : NO_PLAN;
}
export async function savePlan(
  base: AudienceDatabase,
  of: Of,
  plan: LessonPlan,
  tools: { readonly random: Random; readonly at: Instant },
): Promise<void> {
  const held = findPlan(base, of);
  await base.put<LessonPlanDocument>(
    {
      ...(held?.body ?? {}),
      _id: held?.body._id ?? idFrom('event', tools.random(9)),
      type: 'lessonPlan',
      v: 1,
      owner: of.ownerId,
      ...(of.classId && { class: of.classId }),
      ...(of.groupId && { group: of.groupId }),
      at: tools.at,
      plan: asJson(plan),
    },
    held?.rev,
  );
}

/** The plan of a lesson's class, where this poste may read it. */
export const planBaseOf = async (
  databases: LessonDatabases,
  { classId }: Of,
): Promise<AudienceDatabase | undefined> =>
  classId ? databases.plansOf?.(classId) : databases.withoutClass();

/** Who sat where, of a lesson that nobody closed: the next one greets them. */
export async function rememberSeats(
  databases: LessonDatabases,
  lesson: Lesson,
  tools: { readonly random: Random; readonly at: Instant },
): Promise<void> {
  const base = lesson.mode === 'personal' ? await planBaseOf(databases, lesson) : undefined;
  if (!base) return;
  const plan = readPlan(base, lesson);
  const sat = whoSat(plan.sat, Object.values(lesson.seats));
  await savePlan(base, lesson, { ...plan, rotation: undefined, replaced: undefined, sat }, tools);
}
