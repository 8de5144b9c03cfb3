import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { audience } from '../../../src/domain/audience';
import { createSchool, PASSWORD, temporaryFolder } from '../directory/poste';
import { costsAt, TRUE_COST } from '../password-cost';
import { CHOSEN, HEAD_PASSWORD, MINUTE, openHost, openSchool } from './support';

describe('a first password', () => {
  it('opens nothing but the change of itself, whatever window asks', async () => {
    const school = await openSchool();
    const { ask, answer, classId } = school;
    const account = await school.newTeacher('Yann', 'Le Floch');
    await ask('session.signIn', { who: account.login, password: account.password }, 'desk');
    const methods = [
      'people.classes',
      'classroom.open',
      'sync.run',
      'accounts.charter',
      'session.choosePin',
    ] as const;
    for (const method of methods)
      expect(await answer(method, { class: classId, mode: 'numbered', pin: '4831' }, 'desk')).toBe(
        'PASSWORD_FIRST',
      );
    await ask('people.changePassword', { current: account.password, next: CHOSEN }, 'desk');
    expect(await answer('people.classes', {}, 'desk')).toBe('CHARTER_FIRST');
  });
});

describe('the charter', () => {
  it('is accepted before anything else, once, as a fact with its version and its instant', async () => {
    const school = await openSchool();
    const { ask, answer, head } = school;
    const account = await school.newTeacher('Yann', 'Le Floch');
    await ask('session.signIn', { who: account.id, password: account.password }, 'desk');
    await ask('people.changePassword', { current: account.password, next: CHOSEN }, 'desk');
    expect(await answer('school.read', {}, 'desk')).toBe('CHARTER_FIRST');
    const { version, acceptedAt } = await ask('accounts.charter', {}, 'desk');
    expect(acceptedAt).toBeUndefined();
    expect(await answer('accounts.acceptCharter', { version: '2025-01' }, 'desk')).toBe('CHARTER_FIRST');
    for (let n = 0; n < 2; n += 1) await ask('accounts.acceptCharter', { version }, 'desk');
    expect(await answer('school.read', {}, 'desk')).toBe('ok');
    const { people } = await ask('accounts.charterTeam', {});
    expect(people).toEqual([
      { person: head, name: 'Naïma Saint-Cyr' },
      { person: account.id, name: 'Yann Le Floch', acceptedAt: '2026-11-23T07:20:00.000Z' },
    ]);
    expect(await answer('accounts.charterTeam', {}, 'desk')).toBe('FORBIDDEN');
    // The head is asked too, from the first sign-in on.
    await ask('session.signOut', {});
    await ask('session.signIn', { who: head, password: HEAD_PASSWORD });
    expect(await answer('people.staff', {})).toBe('CHARTER_FIRST');
  });

  it('of pupils is noted once read with the class, by who teaches it', async () => {
    const school = await openSchool();
    const { ask, answer, classId } = school;
    const yann = await school.teacher('Yann', 'Le Floch');
    await ask('session.signIn', { who: yann, password: CHOSEN }, 'desk');
    const { version, readAt } = await ask('accounts.pupilCharter', { class: classId }, 'desk');
    expect(readAt).toBeUndefined();
    expect(await answer('accounts.pupilCharterRead', { class: classId, version: 'old' }, 'desk')).toBe(
      'CHARTER_FIRST',
    );
    await ask('accounts.pupilCharterRead', { class: classId, version }, 'desk');
    expect(await ask('accounts.pupilCharter', { class: classId })).toMatchObject({
      readAt: '2026-11-23T07:20:00.000Z',
    });
    expect(await answer('accounts.pupilCharterRead', { class: classId, version })).toBe('FORBIDDEN');
  });
});

describe('guessing a password', () => {
  it('costs time across a restart, and with a clock that is moved', async () => {
    const school = await openSchool();
    const yann = await school.teacher('Yann', 'Le Floch');
    for (let n = 0; n < 5; n += 1) {
      await school.answer('session.signIn', { who: yann, password: `no-${n}` }, 'desk');
      school.time.pass(5_000);
    }
    await school.close();
    const again = await openHost({ folder: school.folder, time: school.time });
    const tried = { who: yann, password: CHOSEN };
    await expect(again.ask('session.signIn', tried)).rejects.toMatchObject({ code: 'SIGN_IN_DELAYED' });
    // Set back by a year: nobody waits longer than five minutes for it.
    again.time.set(again.time.clock() - 365 * 1440 * MINUTE);
    await expect(again.ask('session.signIn', tried)).rejects.toMatchObject({
      code: 'SIGN_IN_DELAYED',
      params: { seconds: 300 },
    });
    again.time.pass(5 * MINUTE);
    expect(await again.answer('session.signIn', tried)).toBe('ok');
  });
  it('at an unlocked window costs the same', async () => {
    const school = await openSchool();
    const yann = await school.teacher('Yann', 'Le Floch');
    await school.ask('session.signIn', { who: yann, password: CHOSEN }, 'desk');
    const change = (current: string) =>
      school.answer('people.changePassword', { current, next: 'mirabelle-ardoise-9' }, 'desk');
    for (let n = 0; n < 4; n += 1) expect(await change(`no-${n}`)).toBe('SIGN_IN_WRONG');
    expect(await change(CHOSEN)).toBe('SIGN_IN_DELAYED');
  });
  it('leaves on the disk nothing of what was typed, not even a password in the wrong field', async () => {
    const school = await openSchool();
    await school.answer('session.signIn', { who: CHOSEN, password: 'no' }, 'desk');
    await school.answer('session.signIn', { who: school.head, password: CHOSEN }, 'desk');
    const text = readFileSync(join(school.folder, 'sign-in-tries.json'), 'utf8');
    expect(Object.keys((JSON.parse(text) as { tries: object }).tries)).toHaveLength(1);
    expect(text).not.toContain('ardoise');
  });
});

describe('what a password costs to guess', () => {
  it('is 64 MiB and three passes for a sheet, a first password, one’s own, at the door and at a hidden screen', async () => {
    const school = await openSchool({ trueCost: true });
    await school.newTeacher('Ida', 'Roy');
    expect(await costsAt(school.folder)).toEqual([TRUE_COST]);
    const yann = await school.teacher('Yann', 'Le Floch');
    expect(await costsAt(school.folder)).toEqual([TRUE_COST]);
    const signIn = (password: string) => school.answer('session.signIn', { who: yann, password }, 'desk');
    expect(await signIn('mirabelle-ardoise-9')).toBe('SIGN_IN_WRONG');
    expect(await signIn(CHOSEN)).toBe('ok');
    await school.ask('session.lock', {}, 'desk');
    const unlock = (password: string) =>
      school.answer('session.unlock', { by: 'password', password }, 'desk');
    expect(await unlock('mirabelle-ardoise-9')).toBe('SIGN_IN_WRONG');
    expect(await unlock(CHOSEN)).toBe('ok');
  });
});

describe('two people of one computer', () => {
  it('each find their own, and never the other’s private notes', async () => {
    const school = await openSchool();
    const { ask } = school;
    const [yann, ida] = [
      await school.teacher('Yann', 'Le Floch'),
      await school.teacher('Ida', 'Roy', 'mirabelle-ardoise-9'),
    ];
    expect((await ask('session.state', {}, 'desk')).people.map(({ id }) => id)).toEqual(
      expect.arrayContaining([yann, ida]),
    );
    await ask('session.signIn', { who: yann, password: CHOSEN }, 'desk');
    await ask('session.setOwnIdle', { minutes: 33 }, 'desk');
    // Ida sits down without Yann having signed out.
    await ask('session.signIn', { who: ida, password: 'mirabelle-ardoise-9' }, 'desk');
    expect((await ask('session.idle', {}, 'desk')).own).toBeUndefined();
    await ask('session.setOwnIdle', { minutes: 44 }, 'desk');
    await ask('session.signOut', {}, 'desk');
    await ask('session.signIn', { who: yann, password: CHOSEN }, 'desk');
    expect((await ask('session.idle', {}, 'desk')).own).toBe(33);
  });
});

describe('an account with an end', () => {
  it('opens nothing from that instant, at the door, at an open window and behind a clock set back', async () => {
    const school = await openSchool();
    const { ask, answer, time, hear } = school;
    const ida = await school.teacher('Ida', 'Roy');
    const until = new Date(time.clock() + 60 * MINUTE).toISOString();
    expect(await answer('accounts.setEnd', { person: ida, until }, 'desk')).toBe('NOT_SIGNED_IN');
    await ask('accounts.setEnd', { person: ida, until });
    await ask('session.signIn', { who: ida, password: CHOSEN }, 'desk');
    expect((await ask('session.state', {}, 'desk')).signedIn?.until).toBe(until);
    const heard = hear('desk');
    for (let n = 0; n < 5; n += 1) {
      time.pass(12 * MINUTE);
      if (n < 4) await ask('session.active', {}, 'desk');
    }
    await expect.poll(() => heard.at(-1)).toMatchObject({ name: 'session.changed' });
    expect(await answer('people.classes', {}, 'desk')).toBe('NOT_SIGNED_IN');
    expect(await answer('session.signIn', { who: ida, password: CHOSEN }, 'desk')).toBe('ACCOUNT_ENDED');
    time.set(time.clock() - 30 * MINUTE);
    expect(await answer('session.signIn', { who: ida, password: CHOSEN }, 'desk')).toBe('ACCOUNT_ENDED');
    await ask('session.unlock', { by: 'password', password: HEAD_PASSWORD });
    await ask('accounts.setEnd', { person: ida, until: null });
    expect(await answer('session.signIn', { who: ida, password: CHOSEN }, 'desk')).toBe('ok');
  });
  it('is never a head’s, who alone could lift it', async () => {
    const { answer, head, time } = await openSchool();
    const until = new Date(time.clock() + MINUTE).toISOString();
    expect(await answer('accounts.setEnd', { person: head, until })).toBe('FORBIDDEN');
  });
});

describe('signing out everywhere', () => {
  it('ends every window of that person here, and nobody else’s', async () => {
    const school = await openSchool();
    const { ask, answer, binary } = school;
    const yann = await school.teacher('Yann', 'Le Floch');
    for (const window of ['desk', 'board', 'lan-phone'])
      await ask('session.signIn', { who: yann, password: CHOSEN }, window);
    const { Readable } = await import('node:stream');
    const path = binary.area.offer('board', {
      name: 'a',
      type: 'text/csv',
      open: () => Readable.from(['Léa']),
    });
    await ask('session.signOutEverywhere', {}, 'desk');
    for (const window of ['desk', 'board', 'lan-phone'])
      expect(await answer('people.classes', {}, window)).toBe('NOT_SIGNED_IN');
    expect(binary.area.offered('board', path.slice('/download/'.length))).toBeUndefined();
    expect(await answer('people.classes', {})).toBe('ok');
  });
});

describe('the keys of who signs out', () => {
  it('are forgotten with the last window, also when somebody else signs in over them', async () => {
    const { poste, head } = await createSchool(await temporaryFolder());
    const notes = audience('perso', { of: head });
    await poste.session.signIn('a', head, PASSWORD);
    await poste.session.signIn('b', head, PASSWORD);
    await poste.session.signOut('a');
    expect(poste.keyring.has(notes)).toBe(true);
    await poste.session.signOut('b');
    expect(poste.keyring.has(notes)).toBe(false);
  });
});

describe('a shared computer', () => {
  it('lists nobody, hides sooner, and is given back by a head alone', async () => {
    const school = await openSchool();
    const { ask, answer, time, folder } = school;
    const yann = await school.teacher('Yann', 'Le Floch');
    await ask('session.signIn', { who: 'y.lefloch', password: CHOSEN }, 'desk');
    await ask('session.setShared', { shared: true }, 'desk');
    expect(await ask('session.state', {}, 'nobody')).toMatchObject({ people: [], shared: true });
    expect((await ask('session.state', {}, 'desk')).screen?.minutes).toBe(3);
    expect(await answer('session.setShared', { shared: false }, 'desk')).toBe('FORBIDDEN');
    time.pass(3 * MINUTE);
    expect(await answer('people.classes', {}, 'desk')).toBe('SCREEN_LOCKED');
    await ask('session.signOut', {}, 'desk');
    await school.close();

    const again = await openHost({ folder, time });
    expect(await again.ask('session.state', {})).toMatchObject({ people: [], shared: true });
    await again.ask('session.signIn', { who: 'y.lefloch', password: CHOSEN });
    expect((await again.ask('session.state', {})).signedIn?.id).toBe(yann);
    await again.ask('session.signOut', {});
    await again.ask('session.signIn', { who: 'n.saintcyr', password: HEAD_PASSWORD });
    const { version } = await again.ask('accounts.charter', {});
    await again.ask('accounts.acceptCharter', { version });
    await again.ask('session.setShared', { shared: false });
    expect((await again.ask('session.state', {}, 'nobody')).people).toHaveLength(2);
  });

  it('writes on its disk neither who was there nor what opens their notes', async () => {
    const school = await openSchool();
    const { ask, folder, binary } = school;
    await ask('session.setShared', { shared: true });
    const yann = await school.teacher('Yann', 'Le Floch');
    await ask('session.signIn', { who: 'y.lefloch', password: CHOSEN }, 'desk');
    await ask('session.lock', { choose: { pin: '903718', password: CHOSEN } }, 'desk');
    await ask('session.unlock', { by: 'pin', pin: '903718' }, 'desk');
    await ask('session.setOwnIdle', { minutes: 7 }, 'desk');
    const { token } = binary.access('desk');
    await ask('session.signOut', {}, 'desk');
    await school.close();
    expect(yann).toMatch(/^staff_/);
    const secrets = ['y.lefloch', 'Le Floch', CHOSEN, '903718', token, 'Yann'];
    const files = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
    let looked = 0;
    for (const file of files.filter((name) => statSync(name).isFile())) {
      looked += 1;
      const bytes = readFileSync(file);
      for (const secret of secrets)
        for (const encoding of ['utf8', 'utf16le', 'latin1'] as const)
          expect(bytes.includes(Buffer.from(secret, encoding)), `${secret} in ${file}`).toBe(false);
    }
    expect(looked).toBeGreaterThan(10);
  });
});

describe('a pupil’s lost picture code', () => {
  it('is made anew by who teaches the class, and never by a colleague', async () => {
    const school = await openSchool();
    const { ask, answer, classId } = school;
    const yann = await school.teacher('Yann', 'Le Floch');
    const { id: other } = await ask('people.addClass', { label: 'CP', grades: ['CP'] });
    const { id: zoe } = await ask('people.addPupil', { class: classId, first: 'Zoé', family: 'Kermarrec' });
    const { id: ali } = await ask('people.addPupil', { class: other, first: 'Ali', family: 'Benali' });
    await ask('people.setPictureCode', { class: classId, on: true });
    const [before] = (await ask('people.codeCards', { class: classId })).cards;
    await ask('session.signIn', { who: yann, password: CHOSEN }, 'desk');
    const made = await ask('accounts.newPictureCode', { class: classId, pupil: zoe }, 'desk');
    expect(made.code).toHaveLength(before?.code.length ?? 0);
    expect(made.code).not.toEqual(before?.code);
    expect((await ask('people.codeCards', { class: classId })).cards[0]?.code).toEqual(made.code);
    for (const input of [
      { class: other, pupil: ali },
      { class: classId, pupil: ali },
    ])
      expect(await answer('accounts.newPictureCode', input, 'desk')).toMatch(/FORBIDDEN|NOT_FOUND/);
  });
});
