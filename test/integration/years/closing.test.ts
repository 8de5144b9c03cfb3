import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Id } from '../../../src/domain/id';
import { opaqueOf } from '../../../src/domain/id';
import { rollCall, yearSchool, type YearHost, type YearSchool } from './school';

let school: YearSchool;
afterEach(() => school.end());

const sync = (host: YearHost) => host.ask('sync.run', {});
const classeName = (classId: Id<'class'>, year: number): string =>
  `classe-${opaqueOf(classId)}_${String(year)}`;
const databaseOf = (host: YearHost, name: string): string => join(host.folder, 'databases', name);
const keysOf = (host: YearHost): string => readFileSync(join(host.folder, 'keys.json'), 'utf8');
const labels = async (host: YearHost): Promise<Record<string, Id<'class'>>> =>
  Object.fromEntries((await host.ask('people.classes', {})).classes.map(({ label, id }) => [label, id]));

/** One year of life, then the head closes it while the teacher is away. */
async function closeWithTeacherAway(): Promise<void> {
  const { head, cp, ce1, pupils } = school;
  await rollCall(
    school.teacher,
    cp,
    { date: '2026-11-12', half: 'AM' },
    [pupils.zoe, pupils.ali],
    [pupils.ali],
  );
  await head.ask('people.setPictureCode', { class: cp, on: true });
  await rollCall(head, ce1, { date: '2026-11-12', half: 'AM' }, [pupils.eva]);
  await sync(school.teacher);
  school.setDay('2027-07-05');
  school.connect(false);
  // Written while the head closes the year, and not on the way yet.
  await rollCall(
    school.teacher,
    cp,
    { date: '2027-07-05', half: 'AM' },
    [pupils.zoe, pupils.ali],
    [pupils.zoe],
  );
  await head.ask('years.confirmDate', { day: '2027-07-05', far: true });
  await head.ask('years.close', { year: 2026, day: '2027-07-05' });
}

describe('closing a year', () => {
  it('is prepared and dropped as often as one likes, and refuses what cannot be', async () => {
    school = await yearSchool({ teacher: false });
    const { head, cp } = school;
    const plan = await head.ask('years.plan', {});
    expect(plan.classes.map(({ label, grades }) => [label, grades])).toEqual([
      ['CP', ['CP']],
      ['CE1', ['CE1']],
    ]);
    // The classes of the proposal stay what they are from one look to the next.
    expect((await head.ask('years.plan', {})).classes).toEqual(plan.classes);
    const [first] = plan.classes;
    if (!first) throw new Error('no class');
    const { label, grades, teachers, pictureCode } = first;
    await expect(
      head.ask('years.saveClass', { id: cp, label, grades, teachers, pictureCode }),
    ).rejects.toMatchObject({ code: 'YEAR_PLAN_WRONG' });
    // Looking decides nothing: it is prepared once somebody has said something.
    expect((await head.ask('years.state', {})).prepared).toBe(false);
    await head.ask('years.saveClass', { id: first.id, label: 'CP bleu', grades, teachers, pictureCode });
    expect((await head.ask('years.state', {})).prepared).toBe(true);
    expect((await head.ask('years.dropPlan', {})).prepared).toBe(false);
    await expect(head.ask('years.close', { year: 2026, day: '2026-11-12' })).rejects.toMatchObject({
      code: 'YEAR_TOO_EARLY',
    });
    await expect(head.ask('years.close', { year: 2025, day: '2027-07-05' })).rejects.toMatchObject({
      code: 'YEAR_CLOSED',
    });
    // A date eight months on is not taken without a look at it.
    await expect(head.ask('years.close', { year: 2026, day: '2027-07-05' })).rejects.toMatchObject({
      code: 'DATE_FAR',
    });
    expect((await head.ask('school.read', {})).year).toBe(2026);
  });

  it('opens the next one with who stays, and the old one is read and not written', async () => {
    school = await yearSchool();
    await closeWithTeacherAway();
    const { head, cp, pupils, paul } = school;
    expect((await head.ask('school.read', {})).year).toBe(2027);
    const next = await labels(head);
    expect(Object.keys(next).sort()).toEqual(['CE1', 'CP']);
    expect(next['CP']).not.toBe(cp);
    // Zoé and Ali go up to the one class that takes CE1; a CE1 has no CE2 to go to, and waits for a class.
    const ce1 = next['CE1'] as Id<'class'>;
    const { pupils: up } = await head.ask('people.pupils', { class: ce1 });
    expect(up.map(({ id, first }) => [id, first])).toEqual([
      [pupils.ali, 'Ali'],
      [pupils.zoe, 'Zoé'],
    ]);
    const staff = await head.ask('people.staff', {});
    expect(staff.staff.find(({ id }) => id === paul)).toMatchObject({ classIds: [next['CP']] });

    const old = await head.ask('register.sheet', { class: cp, half: { date: '2026-11-12', half: 'AM' } });
    expect(old.done).toBeDefined();
    await expect(rollCall(head, cp, { date: '2026-11-13', half: 'AM' }, [pupils.zoe])).rejects.toMatchObject({
      code: 'YEAR_CLOSED',
      params: { year: 2026 },
    });
    await expect(head.ask('years.close', { year: 2026, day: '2027-07-05' })).rejects.toMatchObject({
      code: 'YEAR_CLOSED',
    });
    // After a restart it is the same year, closed.
    await school.reopen('head');
    expect((await school.head.ask('school.read', {})).year).toBe(2027);
    expect((await school.head.ask('years.state', {})).years).toMatchObject([{ year: 2026, state: 'closed' }]);
  });

  it('takes what others wrote late, and ends when all have reported and there was time to read', async () => {
    school = await yearSchool();
    await closeWithTeacherAway();
    const { pupils, cp } = school;
    const before = (await school.head.ask('years.state', {})).years[0];
    await expect(school.head.ask('years.endNow', { year: 2026 })).rejects.toMatchObject({
      code: 'YEAR_NOT_CONFIRMED',
    });
    await school.head.ask('years.confirm', { year: 2027 });
    expect(before?.postes.filter(({ reported }) => !reported)).toHaveLength(1);
    await expect(school.head.ask('years.endNow', { year: 2026 })).rejects.toMatchObject({ code: 'BUSY' });

    school.connect(true);
    await sync(school.teacher);
    // The keys came with the first run, the new bases come with the next.
    await sync(school.teacher);
    // The teacher's computer is in the new year, with the new class and the person's rights in it.
    expect((await school.teacher.ask('school.read', {})).year).toBe(2027);
    const next = await labels(school.teacher);
    await school.teacher.ask('homework.save', {
      class: next['CP'] as Id<'class'>,
      subject: 'Lecture',
      text: 'Page 3',
      dueOn: '2027-09-06',
    });
    await sync(school.teacher);
    await sync(school.teacher);
    const late = await school.head.ask('register.sheet', {
      class: cp,
      half: { date: '2027-07-05', half: 'AM' },
    });
    expect(late.lines.find(({ pupil }) => pupil === pupils.zoe)?.state).toBe('absent');
    const reported = (await school.head.ask('years.state', {})).years[0];
    expect(reported?.postes.every((poste) => poste.reported)).toBe(true);
    expect(existsSync(databaseOf(school.head, classeName(cp, 2026)))).toBe(true);

    school.setDay('2027-08-20');
    await school.head.ask('years.confirmDate', { day: '2027-08-20', far: true });
    await sync(school.teacher);
    for (const name of [classeName(cp, 2026), 'ecole_2026']) {
      for (const host of [school.head, school.teacher]) {
        expect(existsSync(databaseOf(host, name)), `${host.folder} ${name}`).toBe(false);
        expect(keysOf(host)).not.toContain(name);
        expect(existsSync(join(host.folder, 'parcels', `${name}.log`))).toBe(false);
      }
    }
    // The register stands in `direction`, with what came late.
    const [year] = (await school.head.ask('years.state', {})).years;
    expect(year).toMatchObject({ year: 2026, state: 'ended' });
    const register = year?.registers.find(({ label }) => label === 'CP');
    const sheet = await school.head.ask('years.register', { id: register?.id ?? ('' as Id<'event'>) });
    expect(sheet.pupils.map(({ name }) => name)).toEqual(['Ali Martin', 'Zoé Martin']);
    expect(sheet.halfDays).toEqual([
      { date: '2026-11-12', half: 'AM', marks: 'AP', done: true },
      { date: '2027-07-05', half: 'AM', marks: 'PA', done: true },
    ]);
    expect(Object.values(sheet.people)).toEqual(['Paul Roche']);
  });

  it('keeps apart what a computer wrote that came back behind the end', async () => {
    school = await yearSchool();
    await closeWithTeacherAway();
    const { cp } = school;
    // Seventy days: inside the window, nothing is lost. Then four months: the school goes on without it.
    school.setDay('2027-09-13');
    await school.head.ask('years.confirmDate', { day: '2027-09-13', far: true });
    expect((await school.head.ask('years.state', {})).years[0]?.state).toBe('closed');
    school.setDay('2027-11-10');
    await school.head.ask('years.confirmDate', { day: '2027-11-10', far: true });
    expect((await school.head.ask('years.state', {})).years[0]?.state).toBe('ended');
    expect(keysOf(school.head)).not.toContain(classeName(cp, 2026));

    school.connect(true);
    await sync(school.teacher);
    await sync(school.teacher);
    const state = await school.teacher.ask('years.state', {});
    expect(state.year).toBe(2027);
    expect(state.late).toEqual([{ audience: classeName(cp, 2026), year: 2026, count: 3 }]);
    const { items } = await school.teacher.ask('years.lateWork', { audience: classeName(cp, 2026) });
    expect(items.map(({ type }) => type).sort()).toEqual(['rollDone', 'rollEntry', 'rollEntry']);
    expect(items.every(({ day }) => day === '2027-07-05')).toBe(true);
    // What had been taken in time is gone with the year; nothing of it comes back to the head.
    expect(keysOf(school.teacher)).not.toContain('ecole_2026');
    expect(existsSync(databaseOf(school.head, classeName(cp, 2026)))).toBe(false);
    // It is still there after a restart, until somebody says that it may go; parcels that a crash has left are not.
    const parcels = join(school.teacher.folder, 'parcels', `${classeName(cp, 2026)}.log`);
    expect(existsSync(parcels)).toBe(false);
    writeFileSync(parcels, '');
    await school.reopen('teacher');
    await sync(school.teacher);
    expect(existsSync(parcels)).toBe(false);
    expect((await school.teacher.ask('years.state', {})).late).toHaveLength(1);
    const after = await school.teacher.ask('years.discardLate', { audience: classeName(cp, 2026) });
    expect(after.late).toEqual([]);
    expect(existsSync(databaseOf(school.teacher, classeName(cp, 2026)))).toBe(false);
    expect(keysOf(school.teacher)).not.toContain(classeName(cp, 2026));
  });
});
