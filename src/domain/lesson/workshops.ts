import type { LessonGroup, Workshop } from './plan';

/**
 * « Au suivant »: each group goes on to the next workshop, the last one's to the first. With more groups than workshops
 * some share one; with fewer, some stay empty for a turn.
 *
 * @param turn how often it was said since the workshops began, from 0
 */
export function workshopOf(
  groups: readonly LessonGroup[],
  workshops: readonly Workshop[],
  group: string,
  turn: number,
): Workshop | undefined {
  const index = groups.findIndex((one) => one.id === group);
  if (index < 0 || workshops.length === 0) return undefined;
  return workshops[(index + turn) % workshops.length];
}
