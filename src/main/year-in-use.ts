import { parseAudience } from '../domain/audience';
import { localDate, schoolYearOf } from '../domain/time';

/** The latest year the poste has a school base for; a new poste starts with the calendar's. */
export function yearInUse(audiences: readonly string[], now: number): number {
  const years = audiences
    .map(parseAudience)
    .flatMap((found) => (found?.kind === 'ecole' && found.year ? [found.year] : []));
  return years.length > 0 ? Math.max(...years) : schoolYearOf(localDate(now, 'Europe/Paris'));
}
