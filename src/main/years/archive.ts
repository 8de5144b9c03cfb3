import { audience } from '../../domain/audience';
import type { RollEntry } from '../../domain/ent/roll-call';
import { PreauError } from '../../domain/errors';
import { opaqueOf, type Id } from '../../domain/id';
import { fullName } from '../../domain/people/names';
import { archiveOf } from '../../domain/years/register-archive';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { ClassDocument, PupilDocument, StaffDocument } from '../directory/records';
import { factId, save } from './documents';
import type { YearsDeps } from './ports';

export const archiveId = (year: number, classId: string): Id<'event'> =>
  factId('event', 'register', year, classId);

type Rolled = DocumentBody & { readonly date: string; readonly half: 'AM' | 'PM' };

/**
 * Writes the register of each class of a year into `direction`, where it stays ten years, sealed. Done again it follows
 * what came late. Must run where every class of the year can be read.
 * @throws PreauError `REGISTER_MISSING` for a class whose base is not here
 */
export async function archiveRegisters(
  deps: Pick<YearsDeps, 'store' | 'keyring' | 'databases'>,
  year: number,
): Promise<void> {
  const ecole = await deps.databases.ecoleOf(year);
  if (!ecole) throw new PreauError('KEY_MISSING', { audience: audience('ecole', { year }) });
  const direction = await deps.databases.open('direction');
  const names = namesIn(ecole);
  for (const { body: group } of ecole.all<ClassDocument>('class')) {
    const name = audience('classe', { of: group._id as Id<'class'>, year });
    if (!deps.keyring.has(name)) throw new PreauError('REGISTER_MISSING', { class: group.label });
    const classe = await deps.store.open(name);
    const entries = classe.all<Rolled>('rollEntry').map(({ body }) => entryOf(body));
    const done = classe.all<Rolled>('rollDone').map(({ body }) => ({ date: body.date, half: body.half }));
    if (entries.length + done.length === 0) continue;
    const archive = archiveOf({
      schoolYear: year,
      classId: group._id,
      label: group.label,
      grades: group.grades,
      entries,
      done,
      pupils: ecole
        .all<PupilDocument>('pupil')
        .filter(({ body }) => body.classId === group._id)
        .map(({ body }) => ({ id: body._id, ...(body.leftOn ? { leftOn: body.leftOn } : {}) })),
      pupilName: names,
      staffName: names,
    });
    await save(direction, {
      _id: archiveId(year, group._id),
      type: 'registerArchive',
      v: 1,
      lastDay: `${String(year + 1)}-07-31`,
      ...(JSON.parse(JSON.stringify(archive)) as Record<string, never>),
    });
  }
}

/** The name of somebody of the year; the opaque id where a record is gone, so that two stay two. */
function namesIn(ecole: AudienceDatabase): (id: string) => string {
  return (id) => {
    const body = ecole.get<PupilDocument | StaffDocument>(id)?.body;
    return body ? fullName(body.names) : opaqueOf(id as Id);
  };
}

const entryOf = (body: Rolled): RollEntry => {
  const { _id, date, half, ...rest } = body as unknown as Omit<RollEntry, 'id' | 'half'> & {
    _id: Id<'event'>;
    date: string;
    half: 'AM' | 'PM';
  };
  return { ...rest, id: _id, half: { date, half } };
};
