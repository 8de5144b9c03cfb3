import { audience } from '../../domain/audience';
import type { Grade, Passage } from '../../domain/people/person';
import type { Id } from '../../domain/id';
import { gradeBy, gradeIn, type NextClass } from '../../domain/years/plan';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { ClassDocument, PupilDocument, PupilFileDocument, StaffDocument } from '../directory/records';
import { save } from './documents';
import { writeParts, type NewPart } from './draft-parts';
import { lasting } from './next-year';
import type { YearsDeps } from './ports';

/**
 * A year that was opened is put aside: what was put right in it since goes back into its preparation (classes, who is in
 * them, who came), and what belongs to no year into the year that is taken up again (names, roles, accounts). So nothing
 * has to be typed twice, and nobody gets a right back that was taken from them meanwhile. Done again, it writes nothing.
 */
export async function readBack(
  deps: Pick<YearsDeps, 'store' | 'databases'>,
  years: { readonly from: number; readonly to: number },
): Promise<void> {
  const { from, to } = years;
  const before = await deps.store.open(audience('ecole', { year: from }));
  const after = await deps.store.open(audience('ecole', { year: to }));
  const direction = await deps.databases.open('direction');
  const parts = [
    ...classParts(after),
    ...pupilParts({ before, after, direction }, to - from),
    ...staffParts(before, after),
  ];
  await writeParts(direction, from, parts);
  for (const { body } of after.all<PupilDocument>('pupil')) {
    const held = before.get(body._id);
    if (held?.body.type === 'pupil') await save(before, { ...held.body, ...lasting(body) });
  }
  const added: DocumentBody[] = [];
  for (const { body } of after.all<StaffDocument>('staff')) {
    const held = before.get<StaffDocument>(body._id);
    if (held) await save(before, { ...body, classIds: held.body.classIds });
    else added.push({ ...body, classIds: [] });
  }
  for (const { body } of after.all('account')) {
    if (before.get(body._id)) await save(before, body);
    else added.push(body);
  }
  await before.putAll(added);
}

function classParts(after: AudienceDatabase): NewPart[] {
  const staff = after.all<StaffDocument>('staff').map(({ body }) => body);
  return after.all<ClassDocument>('class').map(({ body }): NewPart => {
    const id = body._id as Id<'class'>;
    if (body.mergedInto) return { part: 'class', class: id, group: null };
    const teachers = staff.filter(({ classIds }) => classIds.includes(id)).map(({ _id }) => _id);
    const group: NextClass = {
      id,
      label: body.label,
      grades: body.grades as Grade[],
      teachers,
      pictureCode: body.pictureCode ?? false,
    };
    return { part: 'class', class: id, group: group as Extract<NewPart, { part: 'class' }>['group'] };
  });
}

interface Bases {
  readonly before: AudienceDatabase;
  readonly after: AudienceDatabase;
  readonly direction: AudienceDatabase;
}

function pupilParts({ before, after, direction }: Bases, years: number): NewPart[] {
  return after.all<PupilDocument>('pupil').flatMap(({ body }): NewPart[] => {
    const pupil = body._id as Id<'pupil'>;
    const to = (body.classId ?? null) as Id<'class'> | null;
    const left = body.leftOn !== undefined;
    const known = before.get<PupilDocument>(pupil)?.body;
    if (known) {
      const group = before.get<ClassDocument>(known.classId ?? '')?.body;
      const passage = left ? 'leaves' : passageOf(gradeIn(known.grade, group), body.grade, years);
      return [{ part: 'pupil', pupil, ...(passage ? { passage } : {}), ...(left ? {} : { to }) }];
    }
    const { first, family } = body.names;
    const birthDate = direction.get<PupilFileDocument>(pupil)?.body.birthDate;
    const child = {
      first,
      family,
      ...(birthDate === undefined ? {} : { birthDate }),
      ...(body.grade ? { grade: body.grade as Grade } : {}),
      to,
    };
    return [{ part: 'arrival', pupil, child: left ? null : child }];
  });
}

const passageOf = (
  before: string | undefined,
  after: string | undefined,
  years: number,
): Passage | undefined =>
  (['up', 'repeats', 'skips'] as const).find((one) => gradeBy(one, before, years) === after);

/** Who is not of the school any more, or came with the new year. */
function staffParts(before: AudienceDatabase, after: AudienceDatabase): NewPart[] {
  return before.all<StaffDocument>('staff').flatMap(({ body }): NewPart[] => {
    const person = body._id as Id<'staff'>;
    const stays = after.get<StaffDocument>(person)?.body;
    return [{ part: 'staff', person, stays: stays !== undefined && stays.leftOn === undefined }];
  });
}
