import { describe, expect, it } from 'vitest';
import type { PupilLink } from '../../../src/main/classroom/ports';
import { MINUTE, outcome } from '../rights/school';
import { groupsSchool, HOUR, sendOut, type GroupsSchool } from './school';

const TABLET = { capture: false, battery: true, touch: true, camera: true, keys: true };
const SILENT: PupilLink = { send: () => undefined, end: () => undefined };
const tablet = (school: GroupsSchool) => {
  const session = school.office.host
    .rooms()
    ?.classroom.gate.connect(
      { id: 'device_aaaaaaaaaaaaa', label: 'Tablette 1', kind: 'tablet' },
      TABLET,
      SILENT,
    );
  if (!session) throw new Error('no classroom');
  return session;
};
const group = (pupils: readonly `pupil_${string}`[], change: object = {}) => ({
  leaves: [],
  name: 'Lecture',
  kind: 'needs' as const,
  pupils: [...pupils],
  staff: [],
  ...change,
});

describe('a group', { timeout: 120_000 }, () => {
  it('is of one’s own pupils and colleagues; a head’s may be anybody’s, and nobody changes another’s', async () => {
    const school = await groupsSchool();
    const { head, people, classes, zoé, sent } = school;
    const claire = await school.signIn(people.claire, 'claire');
    const choices = await claire('groups.choices', {});
    expect(choices.classes.map(({ label }) => label)).toEqual(['CM1']);
    expect(choices.staff.map(({ name }) => name)).toContain('Marc Petit');
    expect(await outcome(claire('groups.save', group(sent)))).toBe('FORBIDDEN');
    const made = await claire('groups.save', group([zoé], { staff: [people.marc] }));
    expect(await outcome(claire('groups.save', group([zoé], { id: made.id })))).toBe('CONFLICT');
    const marc = await school.signIn(people.marc, 'marc');
    expect((await marc('groups.list', {})).groups).toMatchObject([
      { name: 'Lecture', mine: false, owner: 'Claire Roche' },
    ]);
    expect(await outcome(marc('groups.archive', { id: made.id, leaves: [made.rev], archived: true }))).toBe(
      'FORBIDDEN',
    );
    // A head adds a child of another class: the owner may keep them, change the rest, and choose nobody else's.
    const again = await head(
      'groups.save',
      group([zoé, ...sent.slice(0, 1)], { id: made.id, leaves: [made.rev] }),
    );
    const last = await claire(
      'groups.save',
      group([...sent.slice(0, 1)], { id: made.id, leaves: [again.rev], name: 'Lecture du mardi' }),
    );
    expect(await outcome(claire('groups.save', group(sent, { id: made.id, leaves: [last.rev] })))).toBe(
      'FORBIDDEN',
    );
    await claire('groups.archive', { id: made.id, leaves: [last.rev], archived: true });
    expect((await claire('groups.list', {})).groups).toMatchObject([
      { name: 'Lecture du mardi', archived: true, over: true },
    ]);
    const [kept] = (await claire('groups.list', {})).groups;
    await claire('groups.archive', { id: made.id, leaves: kept?.leaves ?? [], archived: false });
    expect((await claire('groups.list', {})).groups[0]?.over).toBe(false);
    expect(classes.cm1).not.toBe(classes.cp);
  });

  it('has its lesson, lent by one class, taken up after a restart, and none when it is over', async () => {
    const school = await groupsSchool();
    const { head, people, zoé, sent, classes, clock } = school;
    const claire = await school.signIn(people.claire, 'claire');
    const { id } = await head(
      'groups.save',
      group([zoé, ...sent.slice(0, 2)], { staff: [people.claire], lastDay: '2026-11-24' }),
    );
    const [seen] = (await claire('groups.list', {})).groups;
    expect(seen?.lessonIn).toBe(classes.cm1);
    const lesson = await claire('classroom.open', { mode: 'personal', class: classes.cm1, group: id });
    expect(lesson.title).toBe('Lecture');
    expect(lesson.missing.map((pupil) => pupil.id).sort()).toEqual([zoé, ...sent.slice(0, 2)].sort());
    expect(tablet(school).joinPupils().pupils).toHaveLength(3);
    await school.office.close();
    await school.open('office');
    const again = await school.enter('claire', people.claire, school.OWN_PASSWORD);
    expect((await again('classroom.state', {})).lesson?.missing).toHaveLength(3);
    await again('classroom.close', {});
    const marc = await school.enter('marc', people.marc, await (async () => { await school.enter('head', people.hélène, 'le chat dort sous le préau'); return school.account(people.marc); })()); // prettier-ignore
    expect(await outcome(marc('classroom.open', { mode: 'personal', class: classes.cp, group: id }))).toBe(
      'FORBIDDEN',
    );
    clock.now += 2 * 24 * HOUR;
    const later = await school.enter('claire', people.claire, school.OWN_PASSWORD);
    expect(await outcome(later('classroom.open', { mode: 'personal', class: classes.cm1, group: id }))).toBe(
      'NOT_FOUND',
    );
  });
});

describe('a guest in the host’s lesson', { timeout: 120_000 }, () => {
  it('signs in on a device as long as they are there, and no longer', async () => {
    const school = await groupsSchool();
    const { people, classes, clock, head } = school;
    const made = await sendOut(school);
    const guest = made.hosts.find((host) => host.class.id === classes.cp)?.pupils[0];
    if (!guest) throw new Error('no guest');
    const marc = await school.signIn(people.marc, 'marc');
    await head('people.setPictureCode', { class: classes.cp, on: true });
    const lesson = await marc('classroom.open', { mode: 'personal', class: classes.cp });
    expect(lesson.missing.map((pupil) => pupil.id)).toContain(guest.id);
    const device = tablet(school);
    // Their class's key is not asked for: no code, where the host's own are asked theirs.
    expect((await device.signIn({ pupil: guest.id })).outcome).toBe('in');
    await device.leave(guest.id);
    clock.now += MINUTE;
    await head('dispatch.end', { dispatch: made.id });
    await school.office.host.rooms()?.groups.tick();
    expect(device.joinPupils().pupils.map((one) => one.id)).not.toContain(guest.id);
    expect(await outcome(device.signIn({ pupil: guest.id }))).toBe('NOT_FOUND');
  });
});

describe('who is found', { timeout: 120_000 }, () => {
  it('by a head everybody, by an ATSEM her class and whom it hosts nowhere else, by a technician nobody', async () => {
    const school = await groupsSchool();
    const { head, people, classes } = school;
    const names = async (ask: typeof head, query: string): Promise<string[]> =>
      (await ask('search.people', { query })).people.map(({ name }) => name);
    expect(await names(head, 'lea m')).toEqual(['Léa Martin']);
    expect(await names(head, 'directrice')).toEqual(['Hélène Aubry']);
    expect(await names(head, 'ce2 rose')).toEqual(['Rose Noël']);
    const marc = await school.signIn(people.marc, 'marc');
    expect(await names(marc, 'zoe')).toEqual(['Zoé Martin']);
    const as = async (role: 'atsem' | 'technician' | 'facilitator', classIds: `class_${string}`[]) => {
      const order = school.order({
        role,
        classes: classIds,
        until: school.local(school.clock.now + 24 * HOUR),
      });
      const given = await head('rights.delegate', {
        ...order,
        person: { kind: 'new', first: 'Ana', family: role },
      });
      return school.enter(role, given.person, given.password?.password ?? '');
    };
    const atsem = await as('atsem', [classes.cp]);
    expect(await names(atsem, 'jade')).toEqual(['Jade Morel']);
    expect(await names(atsem, 'zoé')).toEqual([]);
    expect(await names(atsem, 'rose')).toEqual([]);
    // The ATSEM calls the guests of her class by name, all the same.
    await sendOut(school);
    const { lines } = await atsem('register.sheet', { class: classes.cp, half: school.morning });
    expect(lines.some(({ guest }) => guest?.of === 'CE2')).toBe(true);
    const seen = (await atsem('dispatch.list', {})).dispatches;
    expect(seen.flatMap(({ hosts }) => hosts.map((host) => host.class.label))).toEqual(['CP']);
    const technician = await as('technician', []);
    expect(await outcome(technician('search.people', { query: 'zoé' }))).toBe('FORBIDDEN');
    expect(await outcome(technician('dispatch.today', {}))).toBe('FORBIDDEN');
    // Somebody new is found at once, somebody gone no more.
    await head('people.addStaff', { first: 'Ségolène', family: 'Vauquelin', classes: [] });
    expect(await names(head, 'segolenne')).toEqual(['Ségolène Vauquelin']);
  });
});
