import { audience } from '../../domain/audience';
import { opaqueOf, type Id } from '../../domain/id';
import { codeLength, picturesFrom, type Picture } from '../../domain/people/pictures';
import type { LocalDay } from '../../domain/retention';
import { cycleOfGrade, gradeAfter, gradeIn, type YearPlan } from '../../domain/years/plan';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { AccountDocument } from '../directory/accounts';
import type { ClassDocument, PupilDocument, StaffDocument } from '../directory/records';
import { factId, writeOnce } from './documents';
import type { YearsDeps } from './ports';

type SeedDeps = Pick<YearsDeps, 'platform' | 'store' | 'keyring' | 'databases'>;

/**
 * Makes the bases of the next year and carries over who stays: people with their accounts, classes, pupils one grade up with
 * their picture codes. Done again after a cut it writes what is missing; the mark that opens the year is written last.
 */
export async function openNextYear(deps: SeedDeps, plan: YearPlan, closedOn: LocalDay): Promise<void> {
  const { store, keyring } = deps;
  const made = async (name: string): Promise<AudienceDatabase> => {
    if (!keyring.has(name)) await keyring.create(name);
    return store.open(name);
  };
  const before = await store.open(audience('ecole', { year: plan.from }));
  const ecole = await made(audience('ecole', { year: plan.to }));
  for (const group of plan.classes) {
    const of = group.id as Id<'class'>;
    await carryCodes(deps, before, await made(audience('classe', { of, year: plan.to })), plan, group.id);
    await made(audience('suivi', { of, year: plan.to }));
  }
  const bodies = [...classes(plan), ...people(before, plan), ...pupils(before, plan)];
  await ecole.putAll(bodies.filter(({ _id }) => !ecole.get(_id)));
  await writeOnce(ecole, {
    _id: factId('year', 'opened', plan.to),
    type: 'yearOpened',
    v: 1,
    year: plan.to,
    after: plan.from,
    closedOn,
  });
}

const classes = (plan: YearPlan): DocumentBody[] =>
  plan.classes.map(({ id, label, grades, pictureCode }) => ({
    _id: id,
    type: 'class',
    v: 1,
    label,
    grades: [...grades],
    schoolYear: plan.to,
    ...(pictureCode ? { pictureCode } : {}),
  }));

/** Who stays, with the classes of next year; an account goes with its person. */
function people(before: AudienceDatabase, plan: YearPlan): DocumentBody[] {
  return plan.staff.flatMap((id) => {
    const body = before.get<StaffDocument>(id)?.body;
    if (body?.type !== 'staff') return [];
    const classIds = plan.classes.filter(({ teachers }) => teachers.includes(id)).map((group) => group.id);
    const account = before.get<AccountDocument>(`account_${opaqueOf(id as Id)}`)?.body;
    return [{ ...body, classIds }, ...(account ? [account] : [])];
  });
}

/** What of a pupil's record changes with the year; the rest, fields of another version included, goes on. */
const OF_A_YEAR: ReadonlySet<string> = new Set(['grade', 'cycle', 'classId', 'leftOn']);

function pupils(before: AudienceDatabase, plan: YearPlan): DocumentBody[] {
  return Object.entries(plan.pupils).flatMap(([id, classId]) => {
    const body = before.get<PupilDocument>(id)?.body;
    if (body?.type !== 'pupil') return [];
    const { cycle } = body;
    const grade = gradeIn(body.grade, before.get<ClassDocument>(body.classId ?? '')?.body);
    const next = gradeAfter(grade, plan.to - plan.from);
    // A head may keep a child whom no grade takes any more: as they are.
    const stands = next === 'left' ? grade : (next ?? grade);
    const turn = next === undefined || next === 'left' ? cycle : cycleOfGrade(next);
    return [
      {
        ...Object.fromEntries(Object.entries(body).filter(([name]) => !OF_A_YEAR.has(name))),
        _id: body._id,
        type: 'pupil',
        v: body.v,
        ...(stands === undefined ? {} : { grade: stands }),
        ...(turn === undefined ? {} : { cycle: turn }),
        ...(classId === null ? {} : { classId }),
      },
    ];
  });
}

/** A child keeps the pictures of its code; a longer code of an older grade goes on from them. */
async function carryCodes(
  deps: SeedDeps,
  before: AudienceDatabase,
  classe: AudienceDatabase,
  plan: YearPlan,
  classId: string,
): Promise<void> {
  const bodies: DocumentBody[] = [];
  for (const [id, place] of Object.entries(plan.pupils)) {
    const pupil = place === classId ? before.get<PupilDocument>(id)?.body : undefined;
    const old = pupil?.classId;
    const name = old && audience('classe', { of: old as Id<'class'>, year: plan.from });
    if (!pupil || !name || !deps.keyring.has(name)) continue;
    const code = (await deps.store.open(name)).get(`account_${opaqueOf(id as Id)}`)?.body;
    const pictures = code?.['pictures'];
    if (code?.type !== 'pictureCode' || !Array.isArray(pictures) || classe.get(code._id)) continue;
    const now = gradeIn(pupil.grade, before.get<ClassDocument>(old)?.body);
    const grade = gradeAfter(now, plan.to - plan.from);
    const missing = Math.max(0, codeLength(grade) - pictures.length);
    const more: readonly Picture[] = picturesFrom(deps.platform.random(3), missing);
    bodies.push({ ...code, pictures: [...pictures, ...more] });
  }
  await classe.putAll(bodies);
}
