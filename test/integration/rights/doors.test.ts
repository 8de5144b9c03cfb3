import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { staffContract } from '../../../src/contract/staff';
import { ALLOWED, BEFORE_ANY_ROLE, NINE, OWN_FIRST, type Nine } from './doors.expected';
import { sampleOf } from './inputs';
import { DAY, MONDAY, outcome, rightsSchool } from './school';

/** Each of the nine roles, at each request of the staff contract, on a whole host with a lesson of somebody else's running. */
const METHODS = Object.entries(staffContract)
  .filter(([subject]) => !BEFORE_ANY_ROLE.includes(subject))
  .flatMap(([subject, { requests }]) => Object.keys(requests).map((name) => `${subject}.${name}`));

const REFUSED = ['FORBIDDEN', 'NOT_SIGNED_IN'];
const outcomes = new Map<Nine, Map<string, string>>();
/** All that a window was answered and told. */
const said = new Map<Nine, string>();

const endings: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

async function walk(): Promise<void> {
  const school = await rightsSchool((work) => endings.push(work));
  const { head, classes } = school;
  await head('people.addPupil', { class: classes.cm1, first: 'Anselme', family: 'Bellerive' });
  await head('rights.signConvention', { from: '2026-11-01', signedBy: 'M. le maire' });
  await head('classroom.open', { class: classes.cm1, mode: 'personal' });
  const ids = {
    class: classes.cm1,
    pupil: school.zoé,
    staff: school.people.claire,
    group: 'group_aaaaaaaaaaaaa',
  };
  for (const role of NINE) {
    const { person, password } = await head('rights.delegate', {
      ...school.order({
        role,
        classes: [classes.cm1],
        groups: role === 'rased' ? ['group_aaaaaaaaaaaaa'] : [],
      }),
      person: { kind: 'new', first: 'Sacha', family: `Dupont-${role}` },
      until: school.local(MONDAY + DAY),
    });
    const ask = await school.enter(role, person, password?.password ?? '');
    const heard = school.heard(role);
    const found = new Map<string, string>();
    const replies: unknown[] = [];
    for (const method of METHODS) {
      const [subject = '', name = ''] = method.split('.');
      const requests = staffContract[subject as keyof typeof staffContract].requests as Record<
        string,
        { input: Parameters<typeof sampleOf>[0] }
      >;
      const definition = requests[name];
      if (!definition) throw new Error(method);
      const input = sampleOf(definition.input, ids) as never;
      const asked = ask(method as 'rights.mine', input).then((reply) => replies.push(reply));
      found.set(method, await outcome(asked));
    }
    outcomes.set(role, found);
    said.set(role, JSON.stringify([replies, heard]));
  }
}

describe('who is neither head, nor teacher, nor substitute', () => {
  beforeAll(walk, 300_000);

  describe.each(NINE)('%s', (role) => {
    it('is answered what is theirs, and refused the rest', () => {
      const allowed = METHODS.filter(
        (method) => !OWN_FIRST.includes(method) && !REFUSED.includes(outcomes.get(role)?.get(method) ?? ''),
      );
      expect(allowed.sort()).toEqual(METHODS.filter((method) => ALLOWED[method]?.includes(role)).sort());
    });
    it.each(OWN_FIRST)('has nothing of their own for %s', (method) => {
      expect(['FORBIDDEN', 'NOT_FOUND']).toContain(outcomes.get(role)?.get(method));
    });
  });
  it.each(['facilitator', 'technician', 'administrator', 'rased'] as const)(
    '%s has seen no child’s name',
    (role) => {
      const text = said.get(role) ?? '';
      for (const name of ['Zoé', 'Martin', 'Anselme', 'Bellerive']) expect(text).not.toContain(name);
    },
  );
  it('an after-school leader has seen nobody of the school, and no class', () => {
    for (const name of ['Claire', 'Roche', 'Marc', 'Petit', 'Hélène', 'Aubry', 'CM1'])
      expect(said.get('facilitator')).not.toContain(name);
  });
  it('a name is found by this test where somebody may see it', () => {
    expect(said.get('librarian')).toContain('Bellerive');
  });
});

describe('an after-school leader', () => {
  it('opens an anonymous or a numbered lesson under the convention, never one with a class, and nothing without it', async () => {
    const school = await rightsSchool();
    const { head, classes } = school;
    const given = await head('rights.delegate', {
      ...school.order({ role: 'facilitator', classes: [] }),
      until: school.local(MONDAY + DAY),
    });
    const password = given.password?.password ?? '';
    expect(await outcome(school.enter('leader', given.person, password))).toBe('RIGHTS_NONE');
    const { id } = await head('rights.signConvention', { from: '2026-11-20', signedBy: 'Mme la maire' });
    const leader = await school.enter('leader', given.person, password);
    for (const mode of ['anonymous', 'numbered'] as const) {
      await leader('classroom.open', { mode });
      expect((await leader('classroom.state', {})).lesson).toMatchObject({ mode });
      await leader('classroom.close', {});
    }
    expect(await outcome(leader('classroom.open', { mode: 'personal', class: classes.cm1 }))).toBe(
      'FORBIDDEN',
    );
    expect(await outcome(leader('classroom.open', { mode: 'numbered', class: classes.cm1 }))).toBe(
      'FORBIDDEN',
    );
    expect(await outcome(leader('classroom.open', { mode: 'personal' }))).toBe('BAD_INPUT');

    await leader('classroom.open', { mode: 'numbered' });
    const heard = school.heard('leader');
    await head('rights.endConvention', { convention: id });
    expect(await outcome(leader('classroom.state', {}))).toBe('NOT_SIGNED_IN');
    expect(heard.map(({ name }) => name)).toContain('rights.ended');
    // No tablet stays in a lesson of nobody.
    expect(await head('classroom.state', {})).toMatchObject({ busy: false });
  });
});
