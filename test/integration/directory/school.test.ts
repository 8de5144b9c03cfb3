import { describe, expect, test } from 'vitest';
import { audience } from '../../../src/domain/audience';
import type { Id } from '../../../src/domain/id';
import { createSchool, HEAD, openPoste, PASSWORD, SCHOOL, temporaryFolder } from './poste';

describe('a school is created', () => {
  test('it is there after a restart, and its head signs in', async () => {
    const folder = await temporaryFolder();
    const { poste, head } = await createSchool(folder);
    await poste.close();

    const again = await openPoste(folder);
    expect(again.school.current()).toMatchObject({ name: SCHOOL.name, uai: '0951099D', provisional: false });
    const state = await again.session.signIn('window', head, PASSWORD);
    expect(state).toMatchObject({
      school: 'real',
      locked: false,
      people: [{ id: head, name: 'Naïma Saint-Cyr' }],
      signedIn: { id: head, roles: ['head'], mustChangePassword: false },
    });
    await expect(again.school.create(SCHOOL)).rejects.toMatchObject({ code: 'SCHOOL_EXISTS' });
  });

  test('on a computer without a keychain nothing opens before the identifier and the password', async () => {
    const folder = await temporaryFolder();
    const { poste, head } = await createSchool(folder, false);
    await poste.close();

    const again = await openPoste(folder, false);
    expect(await again.session.state('window')).toMatchObject({ school: 'real', locked: true, people: [] });
    const state = await again.session.signIn('window', 'n.saintcyr', PASSWORD);
    expect(state).toMatchObject({
      locked: false,
      schoolName: SCHOOL.name,
      timeZone: SCHOOL.timeZone,
      signedIn: { id: head },
    });
  });

  test('the code of the printed sheet opens the school after a restart; a new sheet ends the old one', async () => {
    const folder = await temporaryFolder();
    const { poste, sheet, actor } = await createSchool(folder, false);
    await poste.close();

    const again = await openPoste(folder, false);
    expect(again.databases.readable('ecole')).toBe(false);
    const opened = await again.keyring.unlockWithSheet(sheet.code);
    expect(opened).toEqual(expect.arrayContaining(['parc', 'direction', 'ecole_2026']));
    await again.school.refresh();
    expect(again.school.current()?.name).toBe(SCHOOL.name);

    const next = await again.school.newRecoverySheet(actor);
    expect(next.code).not.toBe(sheet.code);
    await expect(again.keyring.unlockWithSheet(sheet.code)).rejects.toMatchObject({ code: 'RECOVERY_WRONG' });
  });

  test('a creation cut short leaves no second head behind', async () => {
    const folder = await temporaryFolder();
    const poste = await openPoste(folder);
    const ecole = await poste.databases.create('ecole');
    const left = { _id: 'staff_aaaaaaaaaaaaa', type: 'staff', v: 1, roles: ['head'], classIds: [] };
    await ecole.put({ ...left, names: { first: 'Naïma', family: 'Saint-Cyr' } });
    const { head } = await poste.school.create(SCHOOL);
    expect(ecole.all('staff').map(({ body }) => body._id)).toEqual([head]);
  });

  test.each([
    ['UAI_WRONG', { ...SCHOOL, uai: '0951099X' }],
    ['BAD_INPUT', { ...SCHOOL, timeZone: 'Mars/Olympus' }],
    ['PASSWORD_WEAK', { ...SCHOOL, head: { ...HEAD, password: 'saint-cyr1' } }],
  ])('%s is said before anything is written', async (code, input) => {
    const poste = await openPoste(await temporaryFolder());
    await expect(poste.school.create(input)).rejects.toMatchObject({ code });
    expect(poste.keyring.audiences()).toEqual([]);
  });
});

describe('« Ma classe, tout de suite »', () => {
  test('becomes a real school that keeps the class and its pupils, and nobody else’s window stays open', async () => {
    const folder = await temporaryFolder();
    const poste = await openPoste(folder);
    const teacher = await poste.school.createProvisional({ title: 'Ma classe', firstNames: ['Léa', 'Noé'] });
    poste.sessions.welcome(await poste.session.actorFor(teacher));
    const ecole = await poste.databases.open('ecole');
    const before = ecole.all('pupil').map(({ body }) => body._id);
    const [group] = ecole.all('class').map(({ body }) => body._id);
    expect(before).toHaveLength(2);

    // A lesson that runs would be nobody's: it is closed first.
    const lessons = await poste.databases.open('classe', group as Id<'class'>);
    const { rev } = await lessons.put({ _id: 'lesson_aaaaaaaaaaaaa', type: 'lesson', v: 1 });
    await expect(poste.school.create(SCHOOL)).rejects.toMatchObject({ code: 'LESSON_OPEN_ALREADY' });
    const closedAt = '2026-11-22T09:00:00.000Z';
    await lessons.put({ _id: 'lesson_aaaaaaaaaaaaa', type: 'lesson', v: 1, closedAt }, rev);

    const { head } = await poste.school.create(SCHOOL);
    expect(poste.sessions.actorOf('another window')).toEqual({ kind: 'anonymous' });
    await poste.close();

    const again = await openPoste(folder);
    const state = await again.session.signIn('window', head, PASSWORD);
    expect(state).toMatchObject({ school: 'real', signedIn: { roles: ['head', 'teacher'] } });
    const actor = again.sessions.actorOf('window');
    const [kept] = await again.people.classes(actor);
    expect(kept).toMatchObject({ id: group, label: 'Ma classe', pupils: 2, mine: true });
    const pupils = kept ? await again.people.pupils(actor, kept.id) : [];
    expect(pupils.map(({ id }) => id).sort()).toEqual([...before].sort());
    expect(pupils.map(({ name }) => name)).toEqual(['Léa', 'Noé']);
    expect((await again.people.staff(actor)).map(({ id }) => id)).toEqual([head]);
    expect(again.keyring.has(audience('classe', { of: kept?.id ?? head, year: 2026 }))).toBe(true);
  });
});
