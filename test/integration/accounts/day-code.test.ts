import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Id } from '../../../src/domain/id';
import { CHOSEN, HEAD_PASSWORD, MINUTE, openHost, openSchool, type OpenHost } from './support';

const NEXT = 'mirabelle-ardoise-9';
const TODAY = '2026-11-23';

/** The code that a head reads out for somebody who works on that computer. */
async function codeFor(school: OpenHost, person: Id<'staff'>, date = TODAY, nth = 1): Promise<string> {
  const { codes } = await school.ask('accounts.dayCodes', { person, date, nth });
  const [given] = codes;
  if (codes.length !== 1 || !given) throw new Error(`${codes.length} codes`);
  return given.code;
}
async function forgetful() {
  const school = await openSchool();
  const yann = await school.teacher('Yann', 'Le Floch');
  await expect.poll(() => school.ask('session.dayCode', {}, 'desk')).toEqual({ date: TODAY });
  return { ...school, yann };
}

describe('a password forgotten at 8:20', () => {
  it('is replaced by the head’s ten digits, offline, and opens the shared bases at once', async () => {
    const school = await forgetful();
    const { ask, answer, yann, classId } = school;
    const code = await codeFor(school, yann);
    const spoken = code.replace(/(\d{3})(\d{3})/, '$1 $2 ');
    const state = await ask('session.useDayCode', { who: 'y.lefloch', code: spoken, next: NEXT }, 'desk');
    expect(state.signedIn).toMatchObject({ id: yann, mustChangePassword: false });
    expect((await ask('people.pupils', { class: classId }, 'desk')).pupils).toEqual([]);
    await ask('session.signOut', {}, 'desk');
    expect(await answer('session.signIn', { who: yann, password: CHOSEN }, 'desk')).toBe('SIGN_IN_WRONG');
    await ask('session.signIn', { who: yann, password: NEXT }, 'desk');
  });

  it('works on the teacher’s laptop started again without anybody, where its keychain opens the school', async () => {
    const school = await forgetful();
    const code = await codeFor(school, school.yann);
    await school.close();
    const again = await openHost({ folder: school.folder, time: school.time });
    await again.ask('session.useDayCode', { who: school.yann, code, next: NEXT });
    expect((await again.ask('session.state', {})).signedIn?.id).toBe(school.yann);
  });

  it('is said to be impossible where no keychain opens anything', async () => {
    const school = await openSchool({ secret: null });
    const yann = await school.teacher('Yann', 'Le Floch');
    await school.close();
    const again = await openHost({ folder: school.folder, secret: null, time: school.time });
    expect(await again.ask('session.dayCode', {})).toEqual({ hindrance: 'locked', date: TODAY });
    await expect(
      again.ask('session.useDayCode', { who: yann, code: '1234567897', next: NEXT }),
    ).rejects.toMatchObject({ code: 'DAY_CODE_IMPOSSIBLE', params: { reason: 'locked' } });
  });

  it('serves once, for one person, for one day', async () => {
    const school = await forgetful();
    const { ask, answer, yann, head, time } = school;
    const use = (who: string, code: string) =>
      answer('session.useDayCode', { who, code, next: NEXT }, 'desk');
    const code = await codeFor(school, yann);
    expect(await use(head, code)).toBe('DAY_CODE_WRONG');
    expect(await use(yann, await codeFor(school, yann, '2026-11-24'))).toBe('DAY_CODE_WRONG');
    expect(await use(yann, code)).toBe('ok');
    await ask('session.signOut', {}, 'desk');
    expect(await use(yann, code)).toBe('DAY_CODE_SPENT');
    // A clock set back to the day of an old code finds it used; one that was never used belongs to a day that has passed.
    const tuesday = await codeFor(school, yann, '2026-11-24');
    time.set(time.clock() + 2 * 1440 * MINUTE);
    expect(await use(yann, tuesday)).toBe('DAY_CODE_WRONG');
    time.set(time.clock() - 1440 * MINUTE);
    expect(await use(yann, tuesday)).toBe('DAY_CODE_WRONG');
  });

  it('gives five tries a day, also to a poste that is started again; a slip of a digit costs none', async () => {
    const school = await forgetful();
    const { yann } = school;
    const good = await codeFor(school, yann);
    const use = (host: OpenHost, code: string) =>
      host.answer('session.useDayCode', { who: yann, code, next: NEXT }, 'desk');
    const slip = good.replace(/^./, (digit) => String((Number(digit) + 1) % 10));
    for (let n = 0; n < 8; n += 1) expect(await use(school, slip)).toBe('DAY_CODE_MISHEARD');
    // Codes whose check digit is right, of other days.
    for (const day of ['24', '25', '26'])
      expect(await use(school, await codeFor(school, yann, `2026-11-${day}`))).toBe('DAY_CODE_WRONG');
    const wrong = [await codeFor(school, yann, '2026-11-27'), await codeFor(school, yann, '2026-11-28')];
    await school.close();
    const again = await openHost({ folder: school.folder, time: school.time });
    for (const code of wrong) expect(await use(again, code)).toBe('DAY_CODE_WRONG');
    expect(await use(again, good)).toBe('DAY_CODE_SPENT');
  });

  it('that somebody spent on purpose keeps nobody out: the head sees it, and gives another, three a day', async () => {
    const school = await forgetful();
    const { ask, yann } = school;
    const use = (code: string) =>
      school.answer('session.useDayCode', { who: yann, code, next: NEXT }, 'desk');
    const wrong = await codeFor(school, yann, '2026-11-27');
    const given = async (nth: number) =>
      (await ask('accounts.dayCodes', { person: yann, date: TODAY, nth })).codes[0];
    const codes = [1, 2, 3].map((nth) => codeFor(school, yann, TODAY, nth));
    const [first = '', second = '', third = ''] = await Promise.all(codes);
    expect(new Set([first, second, third, wrong]).size).toBe(4);
    // Not before the first is spent.
    expect(await use(second)).toBe('DAY_CODE_WRONG');
    for (let n = 0; n < 4; n += 1) await use(wrong);
    expect((await given(1))?.spent).toBe(true);
    expect((await given(2))?.spent).toBeUndefined();
    // Read out again, it costs none of the next one's tries.
    for (let n = 0; n < 6; n += 1) expect(await use(first)).toBe('DAY_CODE_SPENT');
    expect(await use(second)).toBe('ok');
    expect(await use(second)).toBe('DAY_CODE_SPENT');
    for (let n = 0; n < 5; n += 1) await use(wrong);
    expect(await use(third)).toBe('DAY_CODE_SPENT');
    expect(await use(wrong)).toBe('DAY_CODE_WRONG');
    expect(await school.answer('accounts.dayCodes', { person: yann, date: TODAY, nth: 4 })).toBe('BAD_INPUT');
  });

  it('is no way in with a weak password, nor for who has none here, nor a head’s to take by who is none', async () => {
    const school = await forgetful();
    const { ask, answer, yann, classId } = school;
    const code = await codeFor(school, yann);
    expect(await answer('session.useDayCode', { who: yann, code, next: 'lefloch' }, 'desk')).toBe(
      'PASSWORD_WEAK',
    );
    const { id } = await ask('people.addStaff', { first: 'Ida', family: 'Roy', classes: [classId] });
    for (const who of [id, 'x.nobody'])
      expect(await answer('session.useDayCode', { who, code, next: NEXT }, 'desk')).toBe('DAY_CODE_WRONG');
    await ask('session.signIn', { who: yann, password: CHOSEN }, 'desk');
    expect(await answer('accounts.dayCodes', { person: yann, date: TODAY }, 'desk')).toBe('FORBIDDEN');
    expect(await answer('accounts.dayCodes', { person: yann, date: '2027-09-01' })).toBe('BAD_INPUT');
    // What was not spent still serves.
    expect(await answer('session.useDayCode', { who: yann, code, next: NEXT }, 'second')).toBe('ok');
    // Whoever sat at another window of that person is out.
    expect((await ask('session.state', {}, 'desk')).signedIn).toBeUndefined();
  });

  it('stands nowhere on the disk, neither the code nor the secret it is made of', async () => {
    const school = await forgetful();
    const code = await codeFor(school, school.yann);
    await school.ask('session.useDayCode', { who: school.yann, code, next: NEXT }, 'desk');
    await school.close();
    for (const name of ['sign-in-tries.json', 'logins.json', 'keys.json'])
      expect(readFileSync(join(school.folder, name), 'utf8')).not.toContain(code);
    expect(readFileSync(join(school.folder, 'sign-in-tries.json'), 'utf8')).not.toContain(school.yann);
  });
});

describe('private notes behind a forgotten password', () => {
  it('stay closed to the head’s code, and open with their owner’s own sheet', async () => {
    const school = await forgetful();
    const { ask, answer, yann } = school;
    await ask('session.signIn', { who: yann, password: CHOSEN }, 'desk');
    await ask('session.setOwnIdle', { minutes: 42 }, 'desk');
    const { code: sheet } = await ask('accounts.ownSheet', { password: CHOSEN }, 'desk');
    const code = await codeFor(school, yann);
    await ask('session.useDayCode', { who: yann, code, next: NEXT }, 'desk');
    expect(await ask('accounts.notes', {}, 'desk')).toEqual({ open: false, sheet: true });
    expect((await ask('session.idle', {}, 'desk')).own).toBeUndefined();
    // Neither the school's sheet nor a wrong password opens them.
    expect(await answer('accounts.openNotes', { sheet: school.sheet, password: NEXT }, 'desk')).toBe(
      'RECOVERY_WRONG',
    );
    expect(await answer('accounts.openNotes', { sheet, password: HEAD_PASSWORD }, 'desk')).toBe(
      'SIGN_IN_WRONG',
    );
    await ask('accounts.openNotes', { sheet, password: NEXT }, 'desk');
    expect((await ask('session.idle', {}, 'desk')).own).toBe(42);
    // From now on with the new password alone.
    await ask('session.signOut', {}, 'desk');
    await ask('session.signIn', { who: yann, password: NEXT }, 'desk');
    expect((await ask('session.idle', {}, 'desk')).own).toBe(42);
  });
});
