import type { ClassCount } from '../../contract/staff/dispatch';
import type { Standing } from '../../domain/groups/dispatch';
import type { Id } from '../../domain/id';
import type { SchoolView } from './school-view';

/**
 * How many eat and are counted in each class: its own, less who spends the day elsewhere, and whom it hosts for the day.
 * @param standing of the day; regular hours move nobody's meal
 */
export function classCounts(school: SchoolView, standing: readonly Standing[]): ClassCount[] {
  const parts = standing
    .filter(({ dispatch }) => dispatch.kind === 'replacement')
    .flatMap(({ dispatch }) => dispatch.hosts);
  const away = new Set(parts.flatMap(({ pupils }) => pupils));
  return school.classes.map(({ id, label, pupils }) => {
    const gone = pupils.filter(({ _id }) => away.has(_id as Id<'pupil'>)).length;
    const guests = new Set(parts.flatMap((part) => (part.classId === id ? part.pupils : []))).size;
    return { id, label, own: pupils.length, away: gone, guests, total: pupils.length - gone + guests };
  });
}
