import { PreauError } from '../../domain/errors';
import type { Lesson, SeatKey } from '../../domain/lesson/model';
import { seatAt } from '../../domain/lesson/seats';
import { authorize, demand, type Resource } from '../../domain/rights/authorize';
import { actorAt } from './live';

/** The lesson as rights see it. */
export const lessonResource = (lesson: Lesson): Resource => ({
  kind: 'lesson',
  ownerId: lesson.ownerId,
  lessonId: lesson.id,
  ...(lesson.classId && { classId: lesson.classId }),
});

/** Who has joined takes part; the code on the board alone is no seat. @throws PreauError `FORBIDDEN`, `NOT_SIGNED_IN` */
export function demandPart(lesson: Lesson, key: SeatKey): void {
  if (key.startsWith('visitor-') && seatAt(lesson, key)?.joined !== true)
    throw new PreauError('NOT_SIGNED_IN', { action: 'lesson.take-part' });
  demand(actorAt(lesson, key), 'lesson.take-part', lessonResource(lesson));
}

/** Work is kept of the school's own devices only (DESIGN 5). @throws PreauError `VISITOR_ONLY` */
export function demandWork(lesson: Lesson, key: SeatKey): void {
  if (key.startsWith('visitor-')) throw new PreauError('VISITOR_ONLY');
  demandPart(lesson, key);
}

/** What a device tells of itself before anybody has joined: its page, its battery, its attention screen. */
export function demandPresence(lesson: Lesson | undefined, key: SeatKey): void {
  const actor = actorAt(lesson, key);
  if (lesson && authorize(actor, 'lesson.take-part', lessonResource(lesson))) return;
  if (key.startsWith('visitor-')) return demand(actor, 'lesson.take-part');
  demand(actor, 'device.use', { kind: 'device', deviceId: key as `device_${string}` });
}
