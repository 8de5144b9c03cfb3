import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { staffContract } from '../../../src/contract/staff';
import { opaqueOf } from '../../../src/domain/id';
import { ADMINISTRATORS, BEFORE_ANY_ROLE, HEAD_ONLY, OTHERS_CLASS, OTHERS_LESSON } from './doors.expected';
import { sampleOf } from './inputs';
import { MINUTE, MONDAY, outcome, rightsSchool, type RightsSchool } from './school';

const METHODS = Object.entries(staffContract)
  .filter(([subject]) => !BEFORE_ANY_ROLE.includes(subject))
  .flatMap(([subject, { requests }]) =>
    Object.entries(requests).map(([name, { input }]) => [`${subject}.${name}`, input] as const),
  );

async function asClaire(school: RightsSchool) {
  return school.enter('claire', school.people.claire, await school.account(school.people.claire));
}

describe('a teacher with a modified client', () => {
  it('gains nothing by any of a head’s requests', async () => {
    const school = await rightsSchool();
    const claire = await asClaire(school);
    const ids = { class: school.classes.cp, staff: school.people.marc, pupil: school.zoé };
    await school.head('classroom.open', { mode: 'numbered' });
    const refused: string[] = [];
    for (const [method, input] of METHODS) {
      const code = await outcome(claire(method as 'rights.mine', sampleOf(input, ids) as never));
      if (code === 'FORBIDDEN') refused.push(method);
    }
    for (const method of [...HEAD_ONLY, ...ADMINISTRATORS, ...OTHERS_CLASS, ...OTHERS_LESSON])
      expect(refused, method).toContain(method);
  }, 120_000);

  it('gives no right that is not theirs to give', async () => {
    const school = await rightsSchool();
    const { classes, people, clock } = school;
    const claire = await asClaire(school);
    const to = { kind: 'known' as const, id: people.marc };
    const lent = school.order({ person: to, role: 'teacher' });
    for (const wrong of [
      school.order({ person: to }),
      school.order({ person: to, role: 'head' }),
      school.order({ person: to, role: 'inspector' }),
      { ...lent, classes: [classes.cp] },
      { ...lent, classes: [classes.cm1, classes.cp] },
      { ...lent, person: { kind: 'new' as const, first: 'Qui', family: 'Dam' } },
    ])
      expect(await outcome(claire('rights.delegate', wrong))).toBe('FORBIDDEN');
    expect(
      await outcome(claire('rights.delegate', { ...lent, person: { kind: 'known', id: people.claire } })),
    ).toBe('RIGHTS_REFUSED');
    expect(await outcome(claire('rights.delegate', { ...lent, until: undefined }))).toBe('RIGHTS_REFUSED');
    expect(await outcome(claire('rights.delegate', { ...lent, by: people.hélène } as never))).toBe(
      'BAD_INPUT',
    );
    expect(await outcome(claire('rights.delegate', { ...lent, classes: ['class_zzzzzzzzzzzzz'] }))).toBe(
      'NOT_FOUND',
    );
    // Nothing was written on the way, not even the stranger.
    expect(
      (await school.head('rights.list', {})).holdings.filter(({ source }) => source === 'delegation'),
    ).toEqual([]);
    expect((await school.head('people.staff', {})).staff).toHaveLength(3);

    // What is theirs works, is not passed on, and ends with its time.
    const given = await claire('rights.delegate', lent);
    expect(given.password).toBeUndefined();
    const marc = await school.enter('marc', people.marc, await school.account(people.marc));
    expect(await outcome(marc('plan.list', { class: classes.cm1 }))).toBe('done');
    const on = school.order({ person: { kind: 'known', id: people.hélène }, role: 'atsem' });
    expect(await outcome(marc('rights.delegate', on))).toBe('FORBIDDEN');
    expect(await outcome(marc('rights.end', { delegation: given.delegation }))).toBe('FORBIDDEN');
    clock.now = MONDAY + 4 * MINUTE;
    expect(await outcome(marc('plan.list', { class: classes.cm1 }))).toBe('FORBIDDEN');
    expect(await outcome(marc('plan.list', { class: classes.cp }))).toBe('done');
  });

  it('ends nobody’s right but the one they gave, and sees only those of their classes', async () => {
    const school = await rightsSchool();
    const { head, classes } = school;
    const mine = await head('rights.delegate', school.order());
    const other = await head('rights.delegate', {
      ...school.order({ classes: [classes.cp] }),
      person: { kind: 'new', first: 'Ugo', family: 'Blin' },
    });
    const claire = await asClaire(school);
    const { holdings, classes: givable, mayGive } = await claire('rights.list', {});
    expect(holdings.map(({ name }) => name)).not.toContain('Ugo Blin');
    expect(holdings.find(({ delegation }) => delegation === mine.delegation)).toMatchObject({
      mayEnd: false,
    });
    expect(givable.map(({ label }) => label)).toEqual(['CM1']);
    expect(mayGive).not.toContain('substitute');
    for (const { delegation } of [mine, other])
      expect(await outcome(claire('rights.end', { delegation }))).toBe('FORBIDDEN');
  });

  it('reads no colleague’s private notes: the key is wrapped for their owner alone', async () => {
    const school = await rightsSchool();
    const { people } = school;
    await asClaire(school);
    const claires = `perso-${opaqueOf(people.claire)}`;
    const keys = readFileSync(`${school.office.folder}/keys.json`, 'utf8');
    const { keys: held } = JSON.parse(keys) as {
      keys: Record<string, { people?: Record<string, unknown>; machine?: unknown }[]>;
    };
    expect(Object.keys(held)).toContain(claires);
    const wraps = JSON.stringify(held[claires]);
    expect(wraps).toContain(people.claire);
    for (const other of [people.marc, people.hélène]) expect(wraps).not.toContain(other);
    expect(wraps).not.toContain('machine');
  });
});
