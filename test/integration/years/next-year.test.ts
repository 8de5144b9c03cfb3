import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { idFrom, type Id } from '../../../src/domain/id';
import type { PlanView } from '../../../src/contract/staff/years';
import { rollCall, yearSchool, type YearHost, type YearSchool } from './school';

let school: YearSchool;
afterEach(() => school.end());

const sync = (host: YearHost) => host.ask('sync.run', {});
const JULY = '2027-07-05';
const newId = <P extends 'class' | 'pupil'>(prefix: P): Id<P> =>
  idFrom(prefix, crypto.getRandomValues(new Uint8Array(9)));
const classOf = (plan: PlanView, label: string): PlanView['classes'][number] => {
  const found = plan.classes.find((group) => group.label === label);
  if (!found) throw new Error(`no class ${label}`);
  return found;
};
const children = (plan: PlanView): Record<string, string> =>
  Object.fromEntries(
    plan.pupils.map(({ id, passage, nextGrade, to }) => [
      id,
      `${passage} ${nextGrade ?? '-'} ${plan.classes.find((group) => group.id === to)?.label ?? '-'}`,
    ]),
  );
async function open(host: YearHost): Promise<void> {
  school.setDay(JULY);
  await host.ask('years.confirmDate', { day: JULY, far: true });
  await host.ask('years.close', { year: 2026, day: JULY });
}
const everyFile = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());

it('is prepared beside the present year: nothing of that moves, no teacher sees it', async () => {
  school = await yearSchool();
  const { head, teacher, pupils, cp, ce1 } = school;
  const before = await head.ask('people.classes', {});
  const plan = await head.ask('years.plan', {});
  expect(children(plan)).toEqual({
    [pupils.zoe]: 'up CE1 CE1',
    [pupils.ali]: 'up CE1 CE1',
    [pupils.eva]: 'up CE2 -',
  });
  const gs = {
    id: newId('class'),
    label: 'GS-CP',
    grades: ['GS', 'CP'],
    teachers: [],
    pictureCode: true,
  } as const;
  await head.ask('years.saveClass', { ...gs, grades: [...gs.grades], teachers: [] });
  const { id: ce1Next, grades, teachers, pictureCode } = classOf(plan, 'CE1');
  await head.ask('years.saveClass', {
    id: ce1Next,
    label: 'CE1-CE2',
    grades: [...grades, 'CE2'],
    teachers,
    pictureCode,
  });
  // A whole class at once, and one child otherwise.
  const decided = await head.ask('years.decide', {
    pupils: [
      { pupil: pupils.zoe, passage: 'repeats' },
      { pupil: pupils.ali, passage: 'skips' },
    ],
  });
  expect(children(decided)).toEqual({
    // Two classes take a CP: her own one goes on to it.
    [pupils.zoe]: 'repeats CP CP',
    [pupils.ali]: 'skips CE2 CE1-CE2',
    [pupils.eva]: 'up CE2 CE1-CE2',
  });
  // Undone: what stood before is said again.
  const undone = await head.ask('years.decide', { pupils: [{ pupil: pupils.ali }] });
  expect(children(undone)[pupils.ali]).toBe('up CE1 CE1-CE2');
  expect(undone.pupils.find(({ id }) => id === pupils.ali)?.proposed).toBe(true);
  await head.ask('years.saveArrival', {
    id: newId('pupil'),
    first: 'Isidore',
    family: 'Quatrebarbes',
    birthDate: '2021-02-03',
    grade: 'CP',
    to: gs.id,
  });
  for (const wrong of [
    { pupil: newId('pupil'), passage: 'up' as const },
    { pupil: pupils.eva, to: cp },
    { pupil: pupils.eva, to: newId('class') },
  ])
    await expect(head.ask('years.decide', { pupils: [wrong] })).rejects.toMatchObject({
      code: 'YEAR_PLAN_WRONG',
    });

  expect(await head.ask('people.classes', {})).toEqual(before);
  await sync(teacher);
  await expect(teacher.ask('years.plan', {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect((await teacher.ask('years.state', {})).prepared).toBe(false);
  const labels = (await teacher.ask('people.classes', {})).classes.map(({ id }) => id).sort();
  expect(labels).toEqual([cp, ce1].sort());
  for (const file of everyFile(teacher.folder))
    expect(readFileSync(file).includes('Quatrebarbes'), file).toBe(false);
  // It is there after a restart, and gone when it is dropped.
  await school.reopen('head');
  expect(children(await school.head.ask('years.plan', {}))[pupils.zoe]).toBe('repeats CP CP');
  await school.head.ask('years.dropPlan', {});
  expect(children(await school.head.ask('years.plan', {}))).toEqual(children(plan));
});

it('is opened, put aside and opened again, with what was done in between, until it is confirmed', async () => {
  school = await yearSchool();
  const { head, teacher, pupils, cp, paul } = school;
  const plan = await head.ask('years.plan', {});
  const lou = newId('pupil');
  await head.ask('years.saveArrival', {
    id: lou,
    first: 'Lou',
    family: 'Roy',
    birthDate: '2021-02-03',
    grade: 'CP',
    to: classOf(plan, 'CP').id,
  });
  await head.ask('years.decide', { pupils: [{ pupil: pupils.zoe, passage: 'repeats' }] });
  await open(head);
  await sync(teacher);
  await sync(teacher);
  expect((await teacher.ask('school.read', {})).year).toBe(2027);
  const nextCp = classOf(plan, 'CP').id;
  const names = async (host: YearHost, of: Id<'class'>) =>
    (await host.ask('people.pupils', { class: of })).pupils.map(({ first }) => first);
  expect(await names(teacher, nextCp)).toEqual(['Zoé', 'Lou'].sort((a, b) => a.localeCompare(b, 'fr')));
  // Paul writes in the new year; the head corrects a name, and puts a child who came without a word into a class.
  const homework = { class: nextCp, subject: 'Lecture', text: 'Page 3', dueOn: '2027-09-06' };
  await teacher.ask('homework.save', homework);
  await head.ask('people.correctPupil', { pupil: pupils.eva, first: 'Ève', family: 'Martin' });
  const { id: sam } = await head.ask('people.addPupil', { class: nextCp, first: 'Sam', family: 'Dia' });
  await sync(teacher);
  expect((await head.ask('years.state', {})).opened).toMatchObject({ year: 2027, after: 2026, on: JULY });

  await head.ask('years.reopen', { year: 2027 });
  expect((await head.ask('school.read', {})).year).toBe(2026);
  expect((await head.ask('years.state', {})).years).toEqual([]);
  expect(await names(head, cp)).toEqual(['Ali', 'Zoé']);
  await rollCall(head, cp, { date: JULY, half: 'PM' }, [pupils.zoe, pupils.ali]);
  await sync(teacher);
  await sync(teacher);
  expect((await teacher.ask('school.read', {})).year).toBe(2026);
  await rollCall(teacher, cp, { date: JULY, half: 'AM' }, [pupils.zoe, pupils.ali], [pupils.ali]);
  const prepared = await head.ask('years.plan', {});
  expect(prepared.arrivals.map(({ id, birthDate }) => [id, birthDate]).sort()).toEqual(
    [
      [lou, '2021-02-03'],
      [sam, undefined],
    ].sort(),
  );
  expect(prepared.pupils.find(({ id }) => id === pupils.eva)?.name).toBe('Martin Ève');
  // Lou does not come after all, Zoé goes up.
  await head.ask('years.removeArrival', { id: lou });
  await head.ask('years.decide', {
    pupils: [{ pupil: pupils.zoe, passage: 'up', to: classOf(plan, 'CE1').id }],
  });
  await school.reopen('head');
  expect((await school.head.ask('school.read', {})).year).toBe(2026);

  await school.head.ask('years.close', { year: 2026, day: JULY });
  await sync(teacher);
  await sync(teacher);
  for (const host of [school.head, teacher]) {
    expect((await host.ask('school.read', {})).year).toBe(2027);
    expect(await names(host, nextCp)).toEqual(['Sam']);
    expect((await host.ask('homework.list', { class: nextCp })).homework).toHaveLength(1);
    expect((await host.ask('people.staff', {})).staff.find(({ id }) => id === paul)?.classIds).toEqual([
      nextCp,
    ]);
  }
  expect((await names(school.head, classOf(plan, 'CE1').id)).sort()).toEqual(['Ali', 'Zoé']);
  // What was written in July, between the two openings, is in the closed year.
  const sheet = await school.head.ask('register.sheet', { class: cp, half: { date: JULY, half: 'AM' } });
  expect(sheet.lines.find(({ pupil }) => pupil === pupils.ali)?.state).toBe('absent');

  await expect(teacher.ask('years.confirm', { year: 2027 })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const state = await school.head.ask('years.confirm', { year: 2027 });
  expect(state.opened).toBeUndefined();
  await expect(school.head.ask('years.reopen', { year: 2027 })).rejects.toMatchObject({
    code: 'YEAR_CONFIRMED',
  });
  // Everybody has reported again, for this closing.
  await sync(teacher);
  const [closed] = (await school.head.ask('years.state', {})).years;
  expect(closed?.postes.every(({ reported }) => reported)).toBe(true);
});

it('takes the extraction of August into its classes, and doubles none', async () => {
  school = await yearSchool({ teacher: false });
  const { head, pupils } = school;
  const plan = await head.ask('years.plan', {});
  const ce1 = classOf(plan, 'CE1').id;
  const lou = newId('pupil');
  await head.ask('years.saveArrival', {
    id: lou,
    first: 'Lou',
    family: 'Roy',
    birthDate: '2020-02-03',
    grade: 'CE1',
    to: ce1,
  });
  await open(head);
  const header = 'Nom élève;Prénom élève;Date naissance;Sexe;INE;Niveau;Libellé classe;Identifiant classe';
  const rows = [
    'ROY;Lou;03/02/2020;F;120000000AL;CE1;CE1;700123',
    'MARTIN;Zoé;04/05/2020;F;120000001BM;CE1;CE1;700123',
    'NOUVEAU;Max;01/01/2021;M;120000002CN;CP;CP;700124',
  ];
  const upload = await head.upload('CSVExtraction.csv', [header, ...rows].join('\r\n'));
  const { plan: id, result } = await head.ask('people.dryRun', { uploads: [upload] });
  expect(result.provisional).toBe(true);
  await head.ask('people.applyImport', {
    plan: id,
    decisions: Object.fromEntries(result.doubtful.map((one) => [one.id, one.suggestion])),
    confirmed: true,
  });
  const { classes } = await head.ask('people.classes', {});
  expect(classes.map(({ label }) => label).sort()).toEqual(['CE1', 'CP']);
  const here = (await head.ask('people.pupils', { class: ce1 })).pupils;
  expect(here.map((one) => one.id)).toContain(lou);
  expect(here.map((one) => one.id)).toContain(pupils.zoe);
  expect(here.filter(({ first }) => first === 'Zoé' || first === 'Lou')).toHaveLength(2);
  // Put aside and opened again, the classes keep what the directory calls them.
  await head.ask('years.reopen', { year: 2027 });
  await head.ask('years.close', { year: 2026, day: JULY });
  expect((await head.ask('people.classes', {})).classes.map(({ label }) => label).sort()).toEqual([
    'CE1',
    'CP',
  ]);
  const again = await head.ask('people.dryRun', {
    uploads: [await head.upload('CSVExtraction.csv', [header, ...rows].join('\r\n'))],
  });
  expect(again.result.added).toEqual([]);
});

it('proposes what the extraction of June says was decided, for that year and no other', async () => {
  school = await yearSchool({ teacher: false });
  const { head, pupils } = school;
  const header = 'Nom élève;Prénom élève;Date naissance;Niveau;Libellé classe;Décision de passage';
  const rows = ['MARTIN;Zoé;04/05/2020;CP;CP;Maintien', 'MARTIN;Ali;04/06/2020;CP;CP;Passage'];
  const upload = await head.upload('CSVExtraction.csv', [header, ...rows].join('\r\n'));
  const { plan: id, result } = await head.ask('people.dryRun', { uploads: [upload] });
  await head.ask('people.applyImport', {
    plan: id,
    decisions: Object.fromEntries(result.doubtful.map((one) => [one.id, one.suggestion])),
    confirmed: true,
  });
  const plan = await head.ask('years.plan', {});
  expect(children(plan)[pupils.zoe]).toBe('repeats CP CP');
  const zoe = plan.pupils.find((one) => one.id === pupils.zoe);
  expect([zoe?.said, zoe?.proposed]).toEqual(['repeats', true]);
  // The head decides all the same.
  const decided = await head.ask('years.decide', { pupils: [{ pupil: pupils.zoe, passage: 'up' }] });
  expect(children(decided)[pupils.zoe]).toBe('up CE1 CE1');
  await open(head);
  expect((await head.ask('years.plan', {})).pupils.map(({ said }) => said)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
