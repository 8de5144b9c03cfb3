import { describe, expect, test } from 'vitest';
import { audience } from '../../../src/domain/audience';
import type { Id } from '../../../src/domain/id';
import { suggestedDecisions } from '../../../src/domain/people/onde';
import { createSchool, extractions, openPoste, PASSWORD, temporaryFolder } from './poste';

const CHANGED = 'ardoise-mirabelle-7';

/** A school with its four teachers and three classes; Yann Le Floch teaches CM1-CM2. */
async function schoolWithTeachers(folder: string, keychain = true) {
  const made = await createSchool(folder, keychain);
  const { poste, actor } = made;
  const run = await poste.imports.dryRun(actor, extractions('actuelle'));
  await poste.imports.apply(actor, run.plan, suggestedDecisions(run.result));
  const yann = (await poste.staffNamed('LE FLOCH'))._id as Id<'staff'>;
  const [account] = await poste.accounts.createMany(actor, [yann]);
  if (!account) throw new Error('no account');
  return { ...made, yann, account };
}
const perso = (of: Id<'staff'>): string => audience('perso', { of });

describe('first passwords', () => {
  test('a teacher signs in offline after a restart, with the paper’s password, and must change it', async () => {
    const folder = await temporaryFolder();
    const { poste, yann, account } = await schoolWithTeachers(folder, false);
    expect(account).toMatchObject({ id: yann, login: 'y.lefloch' });
    expect(account.password).toMatch(/^([a-z]{4}-){3}[a-z]{4}$/);
    await poste.close();

    const again = await openPoste(folder, false);
    const state = await again.session.signIn('window', 'y.lefloch', account.password);
    expect(state.signedIn).toMatchObject({ id: yann, roles: ['teacher'], mustChangePassword: true });

    const actor = again.sessions.actorOf('window');
    await expect(again.accounts.changePassword(actor, 'not-this-one-9', CHANGED)).rejects.toMatchObject({
      code: 'SIGN_IN_WRONG',
    });
    await expect(again.accounts.changePassword(actor, account.password, 'lefloch')).rejects.toMatchObject({
      code: 'PASSWORD_WEAK',
    });
    await again.accounts.changePassword(actor, account.password, CHANGED);
    expect((await again.session.state('window')).signedIn?.mustChangePassword).toBe(false);
    await again.close();

    const third = await openPoste(folder, false);
    await expect(third.session.signIn('window', 'y.lefloch', account.password)).rejects.toMatchObject({
      code: 'SIGN_IN_WRONG',
    });
    await third.session.signIn('window', 'y.lefloch', CHANGED);
  });

  test('a wrong password is said so, then costs time and never a lock-out', async () => {
    const folder = await temporaryFolder();
    const { poste, yann, account } = await schoolWithTeachers(folder);
    const wrong = (): Promise<unknown> => poste.session.signIn('window', yann, 'wrong');
    for (let n = 0; n < 4; n += 1) await expect(wrong()).rejects.toMatchObject({ code: 'SIGN_IN_WRONG' });
    await expect(poste.session.signIn('window', yann, account.password)).rejects.toMatchObject({
      code: 'SIGN_IN_DELAYED',
      params: { seconds: 5 },
    });
    poste.clock.now += 5_000;
    expect((await poste.session.signIn('window', yann, account.password)).signedIn?.id).toBe(yann);
    // The same words for an identifier that nobody has.
    await expect(poste.session.signIn('window', 'x.nobody', 'wrong')).rejects.toMatchObject({
      code: 'SIGN_IN_WRONG',
    });
  });

  test('two people of one name have two identifiers; an account in use is left alone', async () => {
    const { poste, actor, yann, account } = await schoolWithTeachers(await temporaryFolder());
    const other = await poste.people.addStaff(actor, { first: 'Yvette', family: 'Le Floch', classes: [] });
    const made = await poste.accounts.createMany(actor, [other]);
    expect(made).toMatchObject([{ login: 'y.lefloch2' }]);

    await poste.session.signIn('window', yann, account.password);
    await poste.accounts.changePassword(poste.sessions.actorOf('window'), account.password, CHANGED);
    expect(await poste.accounts.createMany(actor, [yann])).toEqual([]);
    await poste.session.signIn('window', yann, CHANGED);
    expect((await poste.people.staff(actor)).find(({ id }) => id === yann)).toMatchObject({
      account: true,
      waiting: false,
    });
  });

  test('a lost strip of paper is printed again as long as nobody used it', async () => {
    const folder = await temporaryFolder();
    const { poste, actor, yann, account } = await schoolWithTeachers(folder);
    const [next] = await poste.accounts.createMany(actor, [yann]);
    expect(next).toMatchObject({ id: yann, login: 'y.lefloch' });
    expect(next?.password).not.toBe(account.password);
    await expect(poste.session.signIn('window', yann, account.password)).rejects.toMatchObject({
      code: 'SIGN_IN_WRONG',
    });
    await poste.session.signIn('window', yann, next?.password ?? '');
    // Private notes begin with a password that nobody else has seen.
    await expect(poste.databases.open('perso', yann)).rejects.toMatchObject({ code: 'KEY_MISSING' });
    await poste.accounts.changePassword(poste.sessions.actorOf('window'), next?.password ?? '', CHANGED);
    await poste.databases.open('perso', yann);
  });
});

describe('who holds which keys', () => {
  test('a teacher’s password opens the school’s bases and the own class, nothing of the others', async () => {
    const folder = await temporaryFolder();
    const { poste, yann, account } = await schoolWithTeachers(folder, false);
    const own = (await poste.staffNamed('LE FLOCH')).classIds.map((of) =>
      audience('classe', { of, year: 2026 }),
    );
    expect(own).toHaveLength(1);
    await poste.close();

    const again = await openPoste(folder, false);
    const opened = await again.keyring.unlock(yann, account.password);
    expect(opened.filter((name) => name.startsWith('classe'))).toEqual(own);
    expect(opened).toEqual(expect.arrayContaining(['ecole_2026', 'parc', 'courrier']));
    expect(opened.some((name) => name === 'direction' || name === 'traces' || name === perso(yann))).toBe(
      false,
    );
    expect(opened.filter((name) => name.startsWith('suivi'))).toHaveLength(1);
  });

  test('classes given and taken away by the head move the keys and the rights of who is signed in', async () => {
    const folder = await temporaryFolder();
    const { poste, actor, yann, account } = await schoolWithTeachers(folder, false);
    await poste.session.signIn('window', yann, account.password);
    const group = await poste.people.addClass(actor, { label: 'ULIS', grades: [] });
    await poste.people.assignClasses(actor, yann, [group]);
    const mine = (await poste.people.classes(poste.sessions.actorOf('window'))).filter(({ mine }) => mine);
    expect(mine.map(({ label }) => label)).toEqual(['ULIS']);
    await poste.close();

    const again = await openPoste(folder, false);
    const opened = await again.keyring.unlock(yann, account.password);
    expect(opened.filter((name) => name.startsWith('classe'))).toEqual([
      audience('classe', { of: group, year: 2026 }),
    ]);
  });

  test('private notes survive the owner’s new password, and the head never reads them', async () => {
    const folder = await temporaryFolder();
    const { poste, head, yann, account } = await schoolWithTeachers(folder);
    await poste.session.signIn('window', yann, account.password);
    const window = poste.sessions.actorOf('window');
    await poste.accounts.changePassword(window, account.password, 'pupitre-orange-41');
    const notes = await poste.databases.open('perso', yann);
    await notes.put({ _id: 'plan_aaaaaaaaaaaaa', type: 'note', v: 1, text: 'à moi' });
    await poste.accounts.changePassword(window, 'pupitre-orange-41', CHANGED);
    await poste.close();

    const office = await openPoste(folder);
    await office.session.signIn('office', head, PASSWORD);
    expect(office.keyring.has(perso(yann))).toBe(false);
    await expect(office.databases.open('perso', yann)).rejects.toMatchObject({ code: 'KEY_MISSING' });
    await office.databases.open('perso', head);

    await office.session.signIn('laptop', yann, CHANGED);
    const found = (await office.databases.open('perso', yann)).get('plan_aaaaaaaaaaaaa');
    expect(found?.body).toMatchObject({ text: 'à moi' });
  });
});

describe('picture codes', () => {
  test('two pictures for those who cannot read, three later; kept with the class, on paper for its teacher', async () => {
    const folder = await temporaryFolder();
    const { poste, actor, yann } = await schoolWithTeachers(folder);
    const groups = await poste.people.classes(actor);
    for (const { id } of groups) await poste.people.setPictureCode(actor, id, true);
    const cardsOf = async (label: string) => {
      const group = groups.find((entry) => entry.label === label);
      if (!group) throw new Error(label);
      return (await poste.routes.codeCards({ actor, connection: 'window' }, { class: group.id })).cards;
    };
    expect((await cardsOf('CP')).every(({ code }) => code.length === 2)).toBe(true);
    const cards = await cardsOf('CM1-CM2');
    expect(cards.every(({ code }) => code.length === 3)).toBe(true);
    expect(await cardsOf('CM1-CM2')).toEqual(cards);

    const cp = groups.find(({ label }) => label === 'CP');
    const teacher = await poste.actor(yann);
    if (cp) await expect(poste.people.roster(teacher, cp.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const ecole = await poste.databases.open('ecole');
    expect(ecole.all('pictureCode')).toEqual([]);
    await poste.close();

    const again = await openPoste(folder);
    const own = groups.find(({ label }) => label === 'CM1-CM2');
    const after = own ? await again.people.roster(teacher, own.id) : undefined;
    expect(after?.pictureCode).toBe(true);
    expect(after?.entries.map(({ code }) => code)).toEqual(cards.map(({ code }) => code));
  });
});
