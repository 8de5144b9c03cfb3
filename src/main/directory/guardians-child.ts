import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { cycleOf, GRADES, type Grade } from '../../domain/people/person';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { localDate } from '../../domain/time';
import type { ChildRecord } from '../../contract/staff/guardians';
import type { GuardiansDeps } from './guardians-deps';
import { withoutGaps } from './guardians-records';
import type { PupilDocument, PupilFileDocument } from './records';

/** What an extraction would say of a child, by hand: where no file comes, or before it does. The next one completes it. */
export interface ChildRecords {
  read(actor: Actor, pupil: Id<'pupil'>): Promise<ChildRecord>;
  /** @throws PreauError `BAD_INPUT` for a birth date that is to come, or of another century */
  write(actor: Actor, pupil: Id<'pupil'>, record: ChildRecord): Promise<void>;
}

/** Years before today: nobody older is in a primary school. */
const OLDEST = 20;

export function createChildRecords({ platform, databases, timeZone }: GuardiansDeps): ChildRecords {
  async function held(pupil: Id<'pupil'>) {
    const ecole = await databases.open('ecole');
    const found = ecole.get<PupilDocument>(pupil);
    if (found?.body.type !== 'pupil') throw new PreauError('NOT_FOUND', { kind: 'pupil' });
    const direction = await databases.open('direction');
    return { ecole, found, direction, file: direction.get<PupilFileDocument>(pupil) };
  }
  return {
    async read(actor, pupil) {
      demand(actor, 'guardian.read');
      const { found, file } = await held(pupil);
      const { grade } = found.body;
      return {
        birthDate: file?.body.birthDate,
        sex: file?.body.sex === 'F' || file?.body.sex === 'M' ? file.body.sex : undefined,
        ine: file?.body.ine,
        grade: GRADES.find((one): one is Grade => one === grade),
      };
    },
    async write(actor, pupil, { birthDate, sex, ine, grade }) {
      demand(actor, 'guardian.manage');
      const today = localDate(platform.clock(), timeZone());
      const oldest = `${String(Number(today.slice(0, 4)) - OLDEST)}${today.slice(4)}`;
      if (birthDate !== undefined && (birthDate >= today || birthDate < oldest))
        throw new PreauError('BAD_INPUT', { path: 'birthDate' });
      const { ecole, found, direction, file } = await held(pupil);
      const cycle = grade === undefined ? undefined : cycleOf(grade);
      // The sealed half first: cut between the two, the grade alone is as it was.
      const next = {
        authorisations: {},
        ...file?.body,
        _id: pupil,
        type: 'pupilFile',
        v: 1,
        birthDate,
        sex,
        ine,
      };
      if (file || birthDate || sex || ine) await direction.put(withoutGaps(next), file?.rev);
      if (grade !== found.body.grade)
        await ecole.put(withoutGaps({ ...found.body, grade, cycle }) as PupilDocument, found.rev);
      platform.publish('people.changed', {});
    },
  };
}
