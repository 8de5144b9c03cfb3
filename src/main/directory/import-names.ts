import { familyName, groupBy, normaliseName } from '../../domain/people/names';
import type { ImportPlan } from '../../domain/people/onde/plan-types';
import type { Directory } from '../../domain/people/person';

/** What to call those whom a plan names by their id alone: children to choose from, people who are in no file. */
export function namesOfPlan(plan: ImportPlan, current: Directory): Record<string, string> {
  const labels = new Map(plan.classes.map(({ id, label }) => [id, label]));
  const added = plan.added.flatMap((entry) => (entry.kind === 'pupil' ? [entry.record] : []));
  const doubtful = plan.doubtful.flatMap((entry) => (entry.kind === 'pupil' ? [entry.record] : []));
  const pupils = [...current.pupils, ...added, ...doubtful].map(({ id, names, classId, birthDate }) => ({
    id,
    name: `${names.first} ${familyName(names)}`.trim(),
    label: labels.get(classId ?? ''),
    birthDate: birthDate?.split('-').reverse().join('/'),
  }));
  // Two children of one name in one class: the birth date is what the school tells them apart by.
  const key = ({ name, label }: (typeof pupils)[number]): string => normaliseName(`${name} ${label ?? ''}`);
  const alike = groupBy([...new Map(pupils.map((pupil) => [pupil.id, pupil])).values()], key);
  const children = pupils.map((pupil) => {
    const shared = (alike.get(key(pupil)) ?? []).length > 1;
    const more = [pupil.label, shared ? pupil.birthDate : undefined].filter(Boolean).join(', ');
    return [pupil.id, more ? `${pupil.name} (${more})` : pupil.name];
  });
  const gone = new Set(plan.absentFromFile.map(({ id }) => id));
  const adults = [...current.guardians, ...current.staff]
    .filter(({ id }) => gone.has(id))
    .map(({ id, names }) => [id, `${names.first} ${familyName(names)}`.trim()]);
  return Object.fromEntries([...children, ...adults]) as Record<string, string>;
}
