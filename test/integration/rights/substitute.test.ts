import { describe, expect, it } from 'vitest';
import { DAY, HEAD_PASSWORD, MINUTE, MONDAY, outcome, rightsSchool } from './school';

/** Nobody replaces a teacher in the head's office at 8:15 without this taking a minute (SDET L9814–9822, L10010). */
describe('a substitute', () => {
  it('takes over the class and its notebook in one gesture, and loses both on time', async () => {
    const school = await rightsSchool();
    const { head, classes, people, clock } = school;
    const claire = await school.enter('claire', people.claire, await school.account(people.claire));
    await claire('plan.save', {
      class: classes.cm1,
      date: '2026-11-23',
      title: 'Fractions',
      text: 'Page 40',
    });

    const given = await head('rights.delegate', school.order());
    expect(given).toMatchObject({ keys: 'here', password: { name: 'Sonia Lemaire' } });
    const sonia = await school.enter('sonia', given.person, given.password?.password ?? '');
    const { plans } = await sonia('plan.list', { class: classes.cm1 });
    expect(plans).toMatchObject([{ title: 'Fractions', text: 'Page 40' }]);
    await sonia('plan.save', { class: classes.cm1, date: '2026-11-24', title: 'Dictée', text: '' });
    await sonia('register.write', {
      class: classes.cm1,
      half: { date: '2026-11-23', half: 'AM' },
      entries: [{ pupil: school.zoé, state: 'absent', replaces: [] }],
      complete: true,
    });
    // Nothing of another class, nothing of the head's, nobody's delegation.
    expect(await outcome(sonia('plan.list', { class: classes.cp }))).toBe('FORBIDDEN');
    expect(await outcome(sonia('rights.list', {}))).toBe('FORBIDDEN');
    expect(await outcome(sonia('people.createAccounts', { people: [people.claire] }))).toBe('FORBIDDEN');

    const heard = school.heard('sonia');
    clock.now = MONDAY + 4 * MINUTE - 1;
    expect(await outcome(sonia('plan.list', { class: classes.cm1 }))).toBe('done');
    clock.now = MONDAY + 4 * MINUTE;
    // Before anybody has looked at the date.
    expect(await outcome(sonia('plan.list', { class: classes.cm1 }))).toBe('NOT_SIGNED_IN');
    await school.tick();
    expect(heard).toContainEqual({
      name: 'rights.ended',
      payload: { role: 'substitute', until: new Date(MONDAY + 4 * MINUTE).toISOString() },
    });
    expect(await outcome(school.enter('later', given.person, school.OWN_PASSWORD))).not.toBe('done');
    await school.unlock();
    const { holdings } = await head('rights.list', {});
    expect(holdings.filter(({ state }) => state === 'over')).toMatchObject([
      {
        name: 'Sonia Lemaire',
        role: 'substitute',
        replaces: 'Claire Roche',
        by: 'Hélène Aubry',
        mayEnd: false,
      },
    ]);
    // What Sonia wrote stays with the class.
    expect((await claire('plan.list', { class: classes.cm1 })).plans.map(({ title }) => title)).toEqual([
      'Dictée',
      'Fractions',
    ]);
  });

  it('loses it at once when the head says so', async () => {
    const school = await rightsSchool();
    const { head, classes } = school;
    const given = await head('rights.delegate', school.order());
    const sonia = await school.enter('sonia', given.person, given.password?.password ?? '');
    expect(await outcome(sonia('homework.list', { class: classes.cm1 }))).toBe('done');
    await head('rights.end', { delegation: given.delegation });
    expect(await outcome(sonia('homework.list', { class: classes.cm1 }))).not.toBe('done');
    expect(await outcome(head('rights.end', { delegation: given.delegation }))).toBe('NOT_FOUND');
  });

  it('begins on the morning that was said, and not before', async () => {
    const school = await rightsSchool();
    const { head, classes, clock } = school;
    const given = await head(
      'rights.delegate',
      school.order({ from: school.local(MONDAY + DAY), until: school.local(MONDAY + 2 * DAY) }),
    );
    const password = given.password?.password ?? '';
    expect(await outcome(school.enter('sonia', given.person, password))).toBe('RIGHTS_NONE');
    clock.now = MONDAY + DAY;
    const sonia = await school.enter('sonia', given.person, password);
    expect(await outcome(sonia('plan.list', { class: classes.cm1 }))).toBe('done');
  });
});

describe('a clock set back', () => {
  it('revives nothing: not while the poste runs, nor after it was started again', async () => {
    const school = await rightsSchool();
    const { head, classes, clock, people } = school;
    const given = await head('rights.delegate', school.order());
    const sonia = await school.enter('sonia', given.person, given.password?.password ?? '');
    clock.now = MONDAY + 5 * MINUTE;
    await school.tick();
    clock.now = MONDAY + MINUTE;
    expect(await outcome(sonia('plan.list', { class: classes.cm1 }))).not.toBe('done');
    await school.office.close();
    await school.open('office');
    expect(await outcome(school.enter('sonia', given.person, school.OWN_PASSWORD))).not.toBe('done');
    // A clock that is right again is a head's word, and it does not give back what has ended.
    const again = await school.enter('head', people.hélène, HEAD_PASSWORD);
    expect((await again('rights.list', {})).clockBehind).toBe(4);
    await again('rights.correctClock', {});
    expect(await again('rights.list', {})).toMatchObject({ clockBehind: 0 });
    expect(await outcome(school.enter('sonia', given.person, school.OWN_PASSWORD))).not.toBe('done');
  });

  it('set back before the poste looked at the date at all gives nothing either', async () => {
    const school = await rightsSchool();
    const { head, classes, clock } = school;
    const given = await head('rights.delegate', school.order());
    const sonia = await school.enter('sonia', given.person, given.password?.password ?? '');
    clock.now = MONDAY + 5 * MINUTE;
    expect(await outcome(sonia('plan.list', { class: classes.cm1 }))).toBe('NOT_SIGNED_IN');
    clock.now = MONDAY;
    expect(await outcome(sonia('plan.list', { class: classes.cm1 }))).toBe('NOT_SIGNED_IN');
  });
});

describe('an inspector', () => {
  it('reads the notebook from date to date, both included, writes nothing, and is gone when the visit is over', async () => {
    const school = await rightsSchool();
    const { head, classes, people, clock, local } = school;
    const claire = await school.enter('claire', people.claire, await school.account(people.claire));
    const plan = (date: string, title: string) =>
      claire('plan.save', { class: classes.cm1, date, title, text: `Le texte de ${title}` });
    for (const [date, title] of [
      ['2026-11-08', 'Avant'],
      ['2026-11-09', 'Premier jour'],
      ['2026-11-13', 'Dernier jour'],
      ['2026-11-13', 'Atelier'],
      ['2026-11-14', 'Après'],
    ] as const)
      await plan(date, title);
    const given = await head('rights.delegate', {
      ...school.order({ role: 'inspector', until: local(clock.now + 4 * MINUTE) }),
      person: { kind: 'new', first: 'Irène', family: 'Valois' },
    });
    const irène = await school.enter('irène', given.person, given.password?.password ?? '');
    const read = (from: string, to: string, of = classes.cm1) =>
      irène('rights.journal', { class: of, from, to });
    const { entries } = await read('2026-11-09', '2026-11-13');
    expect(entries.map(({ date, title }) => `${date} ${title}`)).toEqual([
      '2026-11-09 Premier jour',
      '2026-11-13 Atelier',
      '2026-11-13 Dernier jour',
    ]);
    expect(entries[0]?.text).toBe('Le texte de Premier jour');
    expect(await outcome(read('2026-11-13', '2026-11-09'))).toBe('BAD_INPUT');
    expect(await outcome(read('2024-11-13', '2026-11-13'))).toBe('BAD_INPUT');
    expect(await outcome(read('2026-11-09', '2026-11-13', classes.cp))).toBe('FORBIDDEN');
    expect(
      await outcome(irène('plan.save', { class: classes.cm1, date: '2026-11-09', title: 'Autre', text: '' })),
    ).toBe('FORBIDDEN');
    clock.now += 4 * MINUTE;
    expect(await outcome(read('2026-11-09', '2026-11-13'))).toBe('NOT_SIGNED_IN');
  });
});
