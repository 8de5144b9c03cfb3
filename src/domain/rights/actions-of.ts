import type { Actor } from './actor';
import { ACTIONS, authorize, type Action } from './authorize';
import type { Resource } from './rules';

/** What somebody may do at all, somewhere: a menu shows no more than that. Each service still asks for itself. */
export function actionsOf(actor: Actor): Action[] {
  const resources: Resource[] = [{ kind: 'school' }];
  if (actor.kind === 'staff') {
    const { personId, grants } = actor;
    resources.push({ kind: 'person', personId });
    resources.push({ kind: 'lesson', ownerId: personId, lessonId: 'lesson_aaaaaaaaaaaaa' });
    for (const { classIds, groupIds = [] } of grants) {
      resources.push(...classIds.map((classId) => ({ kind: 'class', classId }) as const));
      resources.push(...groupIds.map((groupId) => ({ kind: 'group', groupId }) as const));
    }
  }
  return ACTIONS.filter((action) => resources.some((resource) => authorize(actor, action, resource)));
}
