import { describe, expect, it } from 'vitest';
import { MINUTE, outcome } from '../rights/school';
import { groupsSchool, HOUR, sendOut } from './school';

describe('a class that nobody replaces', { timeout: 120_000 }, () => {
  it('is proposed over the others, sent in one gesture, and its guests are called where they are', async () => {
    const school = await groupsSchool();
    const { head, classes, people, ce2, sent, morning } = school;
    const look = await head('dispatch.look', { class: ce2 });
    expect(look).toMatchObject({ endsAt: '16:30', as: 'head', mayKeepApart: true });
    expect(look.hosts.map(({ label, own }) => [label, own])).toEqual([
      ['CP', 3],
      ['CM1', 2],
    ]);
    expect(look.proposal.flatMap(({ pupils }) => pupils).sort()).toEqual([...sent].sort());

    const made = await sendOut(school);
    expect(made).toMatchObject({ state: 'now', away: true, by: 'Hélène Aubry', mayChange: true, twice: [] });
    const marc = await school.signIn(people.marc, 'marc');
    const sheet = await marc('register.sheet', { class: classes.cp, half: morning });
    const guests = sheet.lines.filter((line) => line.guest);
    expect(guests.length).toBe(look.proposal.find((part) => part.class === classes.cp)?.pupils.length);
    expect(guests[0]?.guest).toMatchObject({ of: 'CE2' });

    // The host calls everybody: one guest is missing, a reason is nobody's business there.
    const [missing, late] = guests;
    if (!missing || !late) throw new Error('no guests');
    await marc('register.write', {
      class: classes.cp,
      half: morning,
      entries: [
        { pupil: missing.pupil, state: 'absent', reason: 'illness', replaces: [] },
        { pupil: late.pupil, state: 'late', arrivedAt: '08:45', replaces: [] },
      ],
      complete: true,
    });
    const home = await head('register.sheet', { class: ce2, half: morning });
    const line = (pupil: string) => home.lines.find((one) => one.pupil === pupil);
    expect(line(missing.pupil)).toMatchObject({ state: 'absent', host: { class: 'CP', called: true } });
    expect(line(missing.pupil)?.reason).toBeUndefined();
    expect(line(late.pupil)).toMatchObject({ state: 'late', arrivedAt: '08:45' });
    // Those of the class that has not called yet are not present because nobody said otherwise.
    const elsewhere = home.lines.filter(({ host }) => host?.class === 'CM1');
    expect(elsewhere.length).toBeGreaterThan(0);
    for (const one of elsewhere) expect(one).toMatchObject({ host: { called: false }, standing: [] });
    await head('register.write', { class: ce2, half: morning, entries: [], complete: true });
    const after = await head('register.sheet', { class: ce2, half: morning });
    expect(after.lines.filter(({ host }) => host?.class === 'CM1').every(({ state }) => !state)).toBe(true);
  });

  it('shows two who disagree about a child, until somebody settles it', async () => {
    const school = await groupsSchool();
    const { head, classes, people, ce2, morning } = school;
    await sendOut(school);
    const marc = await school.signIn(people.marc, 'marc');
    const { lines } = await marc('register.sheet', { class: classes.cp, half: morning });
    const guest = lines.find((line) => line.guest)?.pupil;
    if (!guest) throw new Error('no guest');
    await head('register.write', { class: ce2, half: morning, entries: [{ pupil: guest, state: 'present', replaces: [] }], complete: false }); // prettier-ignore
    await marc('register.write', { class: classes.cp, half: morning, entries: [{ pupil: guest, state: 'absent', replaces: [] }], complete: false }); // prettier-ignore
    const at = async () =>
      (await head('register.sheet', { class: ce2, half: morning })).lines.find((one) => one.pupil === guest);
    const before = await at();
    expect(before).toMatchObject({ state: 'absent', rivals: [{ state: 'present', by: 'Hélène Aubry' }] });
    await head('register.write', { class: ce2, half: morning, entries: [{ pupil: guest, state: 'absent', replaces: before?.standing ?? [] }], complete: false }); // prettier-ignore
    expect(await at()).toMatchObject({ state: 'absent', rivals: [], corrections: 2 });
  });

  it('is back at half past four without anybody doing anything, and earlier by hand', async () => {
    const school = await groupsSchool();
    const { head, classes, people, clock, date, morning } = school;
    const made = await sendOut(school);
    const marc = await school.signIn(people.marc, 'marc');
    const guests = async (half: 'AM' | 'PM') =>
      (await marc('register.sheet', { class: classes.cp, half: { date, half } })).lines.filter(
        (one) => one.guest,
      );
    const before = await guests('PM');
    expect(before.length).toBeGreaterThan(0);
    // 15:30 UTC is 16:30 in Paris.
    clock.now = Date.parse(`${date}T15:30:00.000Z`) - 1;
    await school.unlock();
    await marc('session.unlock', { by: 'password', password: school.OWN_PASSWORD });
    expect((await marc('dispatch.today', {})).dispatches).toMatchObject([{ id: made.id, away: true }]);
    clock.now += 1;
    expect((await marc('dispatch.today', {})).dispatches).toEqual([]);
    const late = before[0]?.pupil;
    if (!late) throw new Error('no guest');
    expect(
      await outcome(
        marc('register.write', {
          class: classes.cp,
          half: { date, half: 'PM' },
          entries: [{ pupil: late, state: 'absent', replaces: [] }],
          complete: false,
        }),
      ),
    ).toBe('NOT_FOUND');
    expect(await outcome(head('dispatch.end', { dispatch: made.id }))).toBe('NOT_FOUND');
    // A clock set back brings nobody back into another class.
    clock.now -= 3 * HOUR;
    await school.unlock();
    expect((await head('dispatch.list', {})).dispatches).toMatchObject([{ state: 'over', away: false }]);
    expect(morning.date).toBe(date);
  });

  it('ended by hand at ten, the afternoon is everybody’s own again', async () => {
    const school = await groupsSchool();
    const { head, clock, ce2, date } = school;
    await head('dispatch.setEnd', { time: '15:45' });
    const made = await sendOut(school);
    expect(made.last).toEqual({ date, time: '15:45' });
    clock.now += 4 * MINUTE;
    await head('dispatch.end', { dispatch: made.id });
    const afternoon = await head('register.sheet', { class: ce2, half: { date, half: 'PM' } });
    expect(afternoon.lines.some(({ host }) => host)).toBe(false);
    expect((await head('dispatch.list', {})).dispatches).toMatchObject([
      { state: 'over', endedBy: 'Hélène Aubry', mayChange: false },
    ]);
    expect(await outcome(head('dispatch.end', { dispatch: made.id }))).toBe('NOT_FOUND');
  });

  it('any teacher sends a class out for a day, changes it, and nobody else of the team does', async () => {
    const school = await groupsSchool();
    const { people, ce2, classes, date } = school;
    const marc = await school.signIn(people.marc, 'marc');
    const claire = await school.signIn(people.claire, 'claire');
    const made = await sendOut(school, marc);
    expect(made.by).toBe('Marc Petit');
    expect(await outcome(claire('dispatch.end', { dispatch: made.id }))).toBe('FORBIDDEN');
    const longer = { date: '2026-11-27', time: '16:30' };
    const order = {
      class: ce2,
      kind: 'replacement' as const,
      hosts: [{ class: classes.cp, pupils: school.sent }],
      until: { date, time: '16:30' },
      replaces: [made.id],
    };
    expect(await outcome(claire('dispatch.send', order))).toBe('FORBIDDEN');
    expect(await outcome(marc('dispatch.send', { ...order, until: longer }))).toBe('DISPATCH_REFUSED');
    await marc('dispatch.send', order);
    const { dispatches } = await marc('dispatch.list', {});
    expect(dispatches).toHaveLength(1);
    expect(dispatches[0]?.hosts.map(({ class: host }) => host.label)).toEqual(['CP']);
  });

  it('is proposed again without a class that refuses, moving nobody else; with nobody left it says so', async () => {
    const school = await groupsSchool();
    const { head, ce2, classes } = school;
    const { proposal, day } = await head('dispatch.look', { class: ce2 });
    const { hosts } = await head('dispatch.propose', {
      class: ce2,
      day,
      refused: [classes.cm1],
      placed: proposal.filter((part) => part.class !== classes.cm1),
      absent: [school.sent[0] ?? 'pupil_aaaaaaaaaaaaa'],
      apart: [],
    });
    expect(hosts.map((part) => [part.class, part.pupils.length])).toEqual([[classes.cp, 7]]);
    const all = { class: ce2, day, refused: [classes.cm1, classes.cp], placed: [], absent: [], apart: [] };
    expect(await outcome(head('dispatch.propose', all))).toBe('DISPATCH_NO_HOST');
    const [a, b] = school.sent;
    if (!a || !b) throw new Error('no children');
    const { id } = await head('dispatch.keepApart', { class: ce2, pupils: [a, b] });
    const apart = await head('dispatch.look', { class: ce2 });
    const placeOf = (pupil: string) =>
      apart.proposal.find(({ pupils }) => pupils.includes(pupil as never))?.class;
    expect(placeOf(a)).not.toBe(placeOf(b));
    await head('dispatch.mayMeet', { class: ce2, id });
    expect((await head('dispatch.look', { class: ce2 })).apart).toEqual([]);
  });

  it('two at once: the second is told that it has moved on; a child in two places is shown', async () => {
    const school = await groupsSchool();
    const { head, ce2, classes, sent, date } = school;
    const { proposal } = await head('dispatch.look', { class: ce2 });
    const order = { class: ce2, kind: 'replacement' as const, until: { date, time: '16:30' }, replaces: [] };
    const both = await Promise.all([
      outcome(head('dispatch.send', { ...order, hosts: proposal })),
      outcome(head('dispatch.send', { ...order, hosts: proposal })),
    ]);
    expect(both.sort()).toEqual(['CONFLICT', 'done']);
    expect(await outcome(head('dispatch.send', { ...order, hosts: proposal }))).toBe('CONFLICT');
    const [child] = sent;
    const away = proposal.find(({ pupils }) => child && pupils.includes(child))?.class;
    const other = away === classes.cp ? classes.cm1 : classes.cp;
    if (!child) throw new Error('no children');
    const choir = await head('dispatch.send', {
      class: ce2,
      kind: 'exchange',
      hosts: [{ class: other, pupils: [child] }],
      until: { date: '2026-12-18', time: '23:59' },
      weekly: { days: [1], from: '06:30', to: '11:30' },
      title: 'Chorale',
      replaces: [],
    });
    expect(choir).toMatchObject({ away: true, twice: [{ name: 'Léa Martin' }] });
    expect(choir.twice[0]?.classes.sort()).toEqual(['CM1', 'CP']);
  });

  it('sends nobody twice, nobody of another class, nobody into a class that is not there', async () => {
    const school = await groupsSchool();
    const { head, ce2, classes, sent, zoé, date } = school;
    const [first] = sent;
    if (!first) throw new Error('no children');
    const send = (hosts: { class: `class_${string}`; pupils: `pupil_${string}`[] }[], time = '16:30') =>
      outcome(
        head('dispatch.send', {
          class: ce2,
          kind: 'replacement',
          hosts,
          until: { date, time },
          replaces: [],
        }),
      );
    expect(await send([{ class: classes.cp, pupils: [first] }, { class: classes.cm1, pupils: [first] }])).toBe('DISPATCH_REFUSED'); // prettier-ignore
    expect(await send([{ class: classes.cp, pupils: [zoé] }])).toBe('NOT_FOUND');
    expect(await send([{ class: 'class_aaaaaaaaaaaaa', pupils: [first] }])).toBe('NOT_FOUND');
    expect(await send([{ class: ce2, pupils: [first] }])).toBe('DISPATCH_REFUSED');
    expect(await send([])).toBe('DISPATCH_REFUSED');
    expect(await send([{ class: classes.cp, pupils: [first] }], '06:00')).toBe('DISPATCH_REFUSED');
    expect((await head('dispatch.list', {})).dispatches).toEqual([]);
  });
});
