import { describe, expect, it } from 'vitest';
import { CHOSEN, MINUTE, openHost, openSchool } from '../accounts/support';

const PIN = '4831';

async function withTeacher() {
  const school = await openSchool();
  const yann = await school.teacher('Yann', 'Le Floch');
  await school.ask('session.signIn', { who: yann, password: CHOSEN }, 'desk');
  return { ...school, yann };
}

describe('somebody at an open window for a minute', () => {
  it('does not burn the code of the day to choose one of their own for the afternoon', async () => {
    const { ask, answer } = await withTeacher();
    // Nor by whoever comes first, without the password.
    for (const method of ['session.choosePin', 'session.lock'] as const) {
      const chosen = { pin: '9274', password: 'une autre' };
      const input = method === 'session.lock' ? { choose: chosen } : chosen;
      expect(await answer(method, input, 'desk')).toBe('SIGN_IN_WRONG');
    }
    expect((await ask('session.state', {}, 'desk')).screen).toMatchObject({ pin: false });
    await ask('session.choosePin', { pin: PIN, password: CHOSEN }, 'desk');
    expect(await answer('session.choosePin', { pin: '9274', password: CHOSEN }, 'desk')).toBe('PIN_SET');
    for (let n = 0; n < 5; n += 1) await answer('session.unlock', { by: 'pin', pin: '9274' }, 'desk');
    expect(await answer('session.choosePin', { pin: '9274', password: CHOSEN }, 'desk')).toBe('PIN_SET');
    expect(await answer('session.lock', { choose: { pin: '9274', password: CHOSEN } }, 'desk')).toBe(
      'PIN_SET',
    );
    await ask('session.lock', {}, 'desk');
    for (const pin of [PIN, '9274'])
      expect(await answer('session.unlock', { by: 'pin', pin }, 'desk')).toBe('PIN_ENDED');
    // Their own password gives them another one.
    await ask('session.unlock', { by: 'password', password: CHOSEN }, 'desk');
    await ask('session.lock', { choose: { pin: '6093', password: CHOSEN } }, 'desk');
    expect(await answer('session.unlock', { by: 'pin', pin: '6093' }, 'desk')).toBe('ok');
  });
});

describe('guessing a password among invented identifiers', () => {
  it('does not push a person’s count out, in memory or on the disk', async () => {
    const { answer, folder, time, yann, close } = await withTeacher();
    for (let n = 0; n < 5; n += 1) await answer('session.signIn', { who: yann, password: `no-${n}` }, 'desk');
    time.set(time.clock() + 10 * MINUTE);
    const invented = Array.from({ length: 600 }, (_, n) =>
      n % 2 === 0
        ? `nobody.${n}`
        : `staff_${n
            .toString(32)
            .padStart(13, 'a')
            .replace(/[0189]/g, 'b')}`,
    );
    for (const who of invented) await answer('session.signIn', { who, password: 'no' }, 'desk');
    await close();
    const again = await openHost({ folder, time });
    // One more wrong try costs what the sixth one costs, not nothing.
    expect(await again.answer('session.signIn', { who: yann, password: 'no' })).toBe('SIGN_IN_WRONG');
    expect(await again.answer('session.signIn', { who: yann, password: CHOSEN })).toBe('SIGN_IN_DELAYED');
  }, 120_000);

  it('keeps nobody out for longer than five minutes, however long it goes on', async () => {
    const { answer, time, yann } = await withTeacher();
    for (let n = 0; n < 11; n += 1) {
      await answer('session.signIn', { who: yann, password: 'no' }, 'other');
      time.set(time.clock() + 5 * MINUTE);
    }
    expect(await answer('session.signIn', { who: yann, password: CHOSEN }, 'other')).toBe('ok');
  }, 120_000);
});
