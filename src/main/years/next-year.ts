import { audience } from '../../domain/audience';
import { opaqueOf, type Id } from '../../domain/id';
import { codeLength, picturesFrom, type Picture } from '../../domain/people/pictures';
import type { LocalDay } from '../../domain/retention';
import { cycleOfGrade, type YearPlan } from '../../domain/years/plan';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { AccountDocument } from '../directory/accounts';
import type { PupilDocument, StaffDocument } from '../directory/records';
import { factId, save } from './documents';
import type { YearsDeps } from './ports';

type SeedDeps = Pick<YearsDeps, 'platform' | 'store' | 'keyring' | 'databases'>;

/**
 * Makes the bases of the next year and carries over who stays: people with their accounts, classes, pupils in the grade that
 * was decided, with their picture codes. Done again after a cut it writes what is missing. The first time, `ecole` is written in
 * one durable batch, with the mark that opens the year last: until then nobody reads anything of the plan there.
 * @param turn counts openings: a year that was put aside is put right, and its next mark follows
 */
export async function openNextYear(
  deps: SeedDeps,
  plan: YearPlan,
  closedOn: LocalDay,
  turn: number,
): Promise<void> {
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
  await writeFiles(deps, plan);
  const bodies = [...classes(plan), ...people(before, plan), ...pupils(before, plan), ...arrivals(plan)];
  const mark: DocumentBody = {
    _id: factId('year', 'opened', plan.to, ...(turn > 1 ? [turn] : [])),
    type: 'yearOpened',
    v: 1,
    year: plan.to,
    after: plan.from,
    closedOn,
    turn,
  };
  for (const body of bodies) await putRight(ecole, body);
  await dropOthers(ecole, plan, closedOn);
  await ecole.putAll([...bodies, mark].filter(({ _id }) => !ecole.get(_id)));
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
export const OF_A_YEAR: ReadonlySet<string> = new Set(['grade', 'cycle', 'classId', 'leftOn']);

export const lasting = (body: DocumentBody): DocumentBody => ({
  ...Object.fromEntries(Object.entries(body).filter(([name]) => !OF_A_YEAR.has(name))),
  _id: body._id,
  type: body.type,
  v: body.v,
});

function pupils(before: AudienceDatabase, plan: YearPlan): DocumentBody[] {
  return Object.entries(plan.pupils).flatMap(([id, { passage, grade, to }]) => {
    const body = before.get<PupilDocument>(id)?.body;
    if (body?.type !== 'pupil' || passage === 'college' || passage === 'leaves') return [];
    // A unit's pupil has no grade, and keeps the cycle the directory gave.
    const cycle = grade === undefined ? body.cycle : cycleOfGrade(grade);
    return [
      {
        ...lasting(body),
        ...(grade === undefined ? {} : { grade }),
        ...(cycle === undefined ? {} : { cycle }),
        ...(to === null ? {} : { classId: to }),
      },
    ];
  });
}

const arrivals = (plan: YearPlan): DocumentBody[] =>
  plan.arrivals.map(({ id, first, family, grade, to }) => ({
    _id: id,
    type: 'pupil',
    v: 1,
    names: { family, first },
    ...(grade === undefined ? {} : { grade, cycle: cycleOfGrade(grade) }),
    ...(to === null ? {} : { classId: to }),
  }));

/** The sealed half of a child who arrives: the date by which the directory's own file knows them again. */
async function writeFiles({ databases }: SeedDeps, plan: YearPlan): Promise<void> {
  const direction = await databases.open('direction');
  const files = plan.arrivals.map(({ id, birthDate }): DocumentBody => ({
    _id: id,
    type: 'pupilFile',
    v: 1,
    authorisations: {},
    ...(birthDate === undefined ? {} : { birthDate }),
  }));
  await direction.putAll(files.filter(({ _id }) => !direction.get(_id)));
}

/** A document that is there from an opening before follows the plan; what else it says of the year stays. */
async function putRight(ecole: AudienceDatabase, body: DocumentBody): Promise<void> {
  const held = ecole.get(body._id);
  if (!held) return;
  if (body.type !== 'pupil') {
    await save(ecole, body);
    return;
  }
  const next = { ...lasting(held.body), ...body };
  if (JSON.stringify(sorted(next)) !== JSON.stringify(sorted(held.body))) await ecole.put(next, held.rev);
}
const sorted = (body: DocumentBody): [string, unknown][] =>
  Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1));

/** Who was carried over by an opening before and is not in the plan any more. */
async function dropOthers(ecole: AudienceDatabase, plan: YearPlan, day: LocalDay): Promise<void> {
  const classIds = new Set(plan.classes.map(({ id }) => id));
  for (const { body, rev } of ecole.all('class'))
    if (!classIds.has(body._id) && body['mergedInto'] === undefined) await ecole.remove(body._id, rev);
  const coming = new Set(plan.arrivals.map(({ id }) => id));
  for (const { body, rev } of ecole.all<PupilDocument>('pupil')) {
    const place = plan.pupils[body._id];
    const here = coming.has(body._id) || (place && place.passage !== 'college' && place.passage !== 'leaves');
    if (!here && body.leftOn === undefined) await ecole.put({ ...body, leftOn: day }, rev);
  }
  const staff = new Set(plan.staff);
  for (const { body, rev } of ecole.all<StaffDocument>('staff'))
    if (!staff.has(body._id) && body.classIds.length > 0) await ecole.put({ ...body, classIds: [] }, rev);
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
  for (const [id, { grade, to }] of Object.entries(plan.pupils)) {
    const pupil = to === classId ? before.get<PupilDocument>(id)?.body : undefined;
    const old = pupil?.classId;
    const name = old && audience('classe', { of: old as Id<'class'>, year: plan.from });
    if (!pupil || !name || !deps.keyring.has(name)) continue;
    const code = (await deps.store.open(name)).get(`account_${opaqueOf(id as Id)}`)?.body;
    const pictures = code?.['pictures'];
    if (code?.type !== 'pictureCode' || !Array.isArray(pictures) || classe.get(code._id)) continue;
    const missing = Math.max(0, codeLength(grade) - pictures.length);
    const more: readonly Picture[] = picturesFrom(deps.platform.random(3), missing);
    bodies.push({ ...code, pictures: [...pictures, ...more] });
  }
  await classe.putAll(bodies);
}
