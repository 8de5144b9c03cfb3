import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Id } from '../../../src/domain/id';
import { yearSchool, type YearHost, type YearSchool } from '../years/school';

let school: YearSchool;
afterEach(() => school.end());

const MOTHER = {
  civility: 'mme',
  first: 'Claire',
  family: 'Martin',
  phones: { mobile: '06 39 98 11 22' },
  address: {},
} as const;
const FATHER = {
  civility: 'm',
  first: 'Karim',
  family: 'Martin',
  phones: { mobile: '06 39 98 33 44' },
  address: {},
} as const;
const called = async (host: YearHost, group: Id<'class'>, pupil: string): Promise<string[]> =>
  (await host.ask('guardians.contacts', { class: group })).children
    .find((card) => card.pupil === pupil)
    ?.people?.map(({ name }) => name) ?? [];

test('a teacher’s computer receives whom to call for its class, follows a judgement, and holds nothing else', async () => {
  school = await yearSchool();
  const { head, cp, pupils } = school;
  await head.ask('guardians.add', { person: MOTHER, pupil: pupils.zoe });
  const { id: father } = await head.ask('guardians.add', { person: FATHER, pupil: pupils.zoe });
  await school.teacher.ask('sync.run', {});
  expect(await called(school.teacher, cp, pupils.zoe)).toEqual(['Mme Claire Martin', 'M. Karim Martin']);
  await expect(school.teacher.ask('guardians.list', {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(school.teacher.ask('guardians.contacts', { class: school.ce1 })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  const bases = readdirSync(join(school.teacher.folder, 'databases'));
  expect(bases.some((name) => name.startsWith('suivi-'))).toBe(true);
  const holdsDirection = (host: YearHost): boolean => existsSync(join(host.folder, 'databases', 'direction'));
  expect([holdsDirection(head), holdsDirection(school.teacher)]).toEqual([true, false]);

  // While the teacher is away a judgement is seen, and the head's computer is switched off.
  school.connect(false);
  const basis = { kind: 'judgement', seenOn: '2026-11-12' } as const;
  await head.ask('guardians.say', {
    pupil: pupils.zoe,
    guardian: father,
    holds: 'none',
    from: '2026-11-12',
    basis,
  });
  await school.reopen('head');
  expect(await called(school.teacher, cp, pupils.zoe)).toHaveLength(2);
  school.connect(true);
  await school.teacher.ask('sync.run', {});
  expect(await called(school.teacher, cp, pupils.zoe)).toEqual(['Mme Claire Martin']);
});

test('a year that closes takes whom to call into the new classes', async () => {
  school = await yearSchool({ teacher: false });
  const { head, pupils } = school;
  const { id } = await head.ask('guardians.add', { person: MOTHER, pupil: pupils.zoe });
  await head.ask('guardians.confirm', {
    pairs: [{ pupil: pupils.zoe, guardian: id }],
    from: '2026-09-03',
    basis: { kind: 'enrolment' },
  });
  school.setDay('2027-07-05');
  await head.ask('years.confirmDate', { day: '2027-07-05', far: true });
  await head.ask('years.plan', {});
  await head.ask('years.close', { year: 2026, day: '2027-07-05' });
  const zoe = async () =>
    (await head.ask('guardians.list', {})).children.find((child) => child.id === pupils.zoe);
  const group = (await zoe())?.class;
  if (!group) throw new Error('Zoé has no class');
  expect((await zoe())?.guardians[0]?.standing.holds).toBe('joint');
  await expect
    .poll(() => called(head, group, pupils.zoe), { timeout: 20_000 })
    .toEqual(['Mme Claire Martin']);
});
