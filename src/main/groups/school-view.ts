import { compareClasses, sortGrades, type Grade } from '../../domain/people/person';
import { compareByFamilyName, fullName, shortNames } from '../../domain/people/names';
import type { Id } from '../../domain/id';
import { localDate, type LocalDate } from '../../domain/time';
import type { AudienceDatabase } from '../../store/port';
import type { ClassDocument, PupilDocument, StaffDocument } from '../directory/records';

export interface NamedPupil {
  readonly id: Id<'pupil'>;
  readonly name: string;
  readonly full: string;
  readonly grade?: Grade;
}
export interface SchoolClass {
  readonly id: Id<'class'>;
  readonly label: string;
  readonly grades: readonly Grade[];
  readonly teachers: readonly string[];
  readonly pupils: readonly PupilDocument[];
}

/** Who is in which class today: read once for one answer. */
export interface SchoolView {
  /** Those that are shown, by label. */
  readonly classes: readonly SchoolClass[];
  class(id: string): SchoolClass | undefined;
  /** Empty for a class that is gone. */
  label(id: string): string;
  staffName(id: string): string;
  pupil(id: string): PupilDocument | undefined;
  /** Children of the school in the order of a list; short names tell those of this list apart. */
  named(ids: readonly string[]): NamedPupil[];
}

export function viewSchool(ecole: AudienceDatabase, now: number, zone: string): SchoolView {
  const today: LocalDate = localDate(now, zone);
  const staff = ecole.all<StaffDocument>('staff').map(({ body }) => body);
  const pupils = ecole.all<PupilDocument>('pupil').map(({ body }) => body);
  const here = new Map<string, PupilDocument[]>();
  for (const pupil of pupils) {
    if (pupil.classId === undefined || (pupil.leftOn !== undefined && pupil.leftOn <= today)) continue;
    const list = here.get(pupil.classId);
    if (list) list.push(pupil);
    else here.set(pupil.classId, [pupil]);
  }
  const classes = ecole
    .all<ClassDocument>('class')
    .filter(({ body }) => !body.mergedInto)
    .map(({ body }) => ({
      id: body._id as Id<'class'>,
      label: body.label,
      grades: sortGrades(body.grades as Grade[]),
      teachers: staff
        .filter(({ classIds, leftOn }) => leftOn === undefined && classIds.includes(body._id as Id<'class'>))
        .map(({ names }) => fullName(names))
        .sort((a, b) => a.localeCompare(b, 'fr')),
      pupils: here.get(body._id) ?? [],
    }))
    .sort(compareClasses);
  const byId = new Map(pupils.map((pupil) => [pupil._id, pupil]));
  const class_ = (id: string): SchoolClass | undefined => classes.find((one) => one.id === id);
  return {
    classes,
    class: class_,
    label: (id) => class_(id)?.label ?? '',
    staffName: (id) => {
      const found = staff.find(({ _id }) => _id === id);
      return found ? fullName(found.names) : '';
    },
    pupil: (id) => byId.get(id),
    named(ids) {
      const found = ids
        .flatMap((id) => byId.get(id) ?? [])
        .map((body) => ({ ...body, id: body._id }))
        .sort(compareByFamilyName);
      const short = shortNames(found);
      return found.map(({ id, names, grade }) => ({
        id: id as Id<'pupil'>,
        name: short.get(id) ?? names.first,
        full: fullName(names),
        ...(grade === undefined ? {} : { grade: grade as Grade }),
      }));
    },
  };
}
