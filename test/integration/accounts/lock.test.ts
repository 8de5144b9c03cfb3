import { describe, expect, it } from 'vitest';
import { CHOSEN, HEAD_PASSWORD, MINUTE, openHost, openSchool } from './support';

const PIN = '4831';

async function withTeacher() {
  const school = await openSchool();
  const yann = await school.teacher('Yann', 'Le Floch');
  await school.ask('session.signIn', { who: yann, password: CHOSEN }, 'desk');
  return { ...school, yann };
}

describe('a screen that nobody touches', () => {
  it('is hidden after the minutes of its person, and the host answers it nothing more', async () => {
    const { ask, answer, time, hear, classId } = await withTeacher();
    const heard = hear('desk');
    expect((await ask('session.state', {}, 'desk')).screen).toEqual({
      pin: false,
      minutes: 15,
      lesson: false,
    });
    time.pass(14 * MINUTE);
    expect(await answer('people.pupils', { class: classId }, 'desk')).toBe('ok');
    // Requests that a page makes by itself are no gesture.
    time.pass(MINUTE);
    expect(await answer('people.pupils', { class: classId }, 'desk')).toBe('SCREEN_LOCKED');
    expect(await answer('people.staff', {}, 'desk')).toBe('SCREEN_LOCKED');
    expect(await answer('school.leaveDemonstration', {}, 'desk')).toBe('SCREEN_LOCKED');
    expect(await answer('session.setOwnIdle', {}, 'desk')).toBe('SCREEN_LOCKED');
    const told = { name: 'session.changed', payload: { screen: { locked: 'idle' } } };
    await expect.poll(() => heard.at(-1)).toMatchObject(told);
    // Nobody else's window is concerned.
    await ask('session.unlock', { by: 'password', password: HEAD_PASSWORD }, 'window');
    expect(await answer('people.staff', {}, 'window')).toBe('ok');
  });

  it('stays open as long as somebody is there', async () => {
    const { ask, answer, time } = await withTeacher();
    for (let n = 0; n < 5; n += 1) {
      time.pass(10 * MINUTE);
      await ask('session.active', {}, 'desk');
    }
    expect(await answer('people.classes', {}, 'desk')).toBe('ok');
  });

  it('hides although the timer did not ring (a computer that slept), and although the clock was set back', async () => {
    const { answer, time } = await withTeacher();
    time.set(time.clock() + 16 * MINUTE);
    expect(await answer('people.classes', {}, 'desk')).toBe('SCREEN_LOCKED');
    const again = await withTeacher();
    again.time.set(again.time.clock() - 60 * MINUTE);
    expect(await again.answer('people.classes', {}, 'desk')).toBe('ok');
    again.time.pass(15 * MINUTE);
    expect(await again.answer('people.classes', {}, 'desk')).toBe('SCREEN_LOCKED');
  });

  it('hears nothing of the school until it is open again, and then all of it', async () => {
    const { ask, time, hear, classId } = await withTeacher();
    await ask('session.lock', { choose: { pin: PIN, password: CHOSEN } }, 'desk');
    const heard = hear('desk');
    await ask('people.addPupil', { class: classId, first: 'Zélie', family: 'Kermarrec' });
    expect(heard.filter(({ name }) => !name.startsWith('session.'))).toEqual([]);
    time.pass(MINUTE);
    await ask('session.unlock', { by: 'pin', pin: PIN }, 'desk');
    expect(heard.map(({ name }) => name)).toContain('people.changed');
  });

  it('takes nothing from and puts nothing on the shelf of files meanwhile', async () => {
    const { ask, binary } = await withTeacher();
    const { Readable } = await import('node:stream');
    const path = binary.area.offer('desk', {
      name: 'a',
      type: 'text/csv',
      open: () => Readable.from(['Léa']),
    });
    const id = path.slice('/download/'.length);
    expect(binary.area.offered('desk', id)).toBeDefined();
    await ask('session.lock', { choose: { pin: PIN, password: CHOSEN } }, 'desk');
    expect(binary.area.offered('desk', id)).toBeUndefined();
    await expect(binary.area.put('desk', 'b', 'text/plain', Readable.from(['x']))).rejects.toMatchObject({
      code: 'SCREEN_LOCKED',
    });
    await ask('session.unlock', { by: 'pin', pin: PIN }, 'desk');
    expect(binary.area.offered('desk', id)).toBeDefined();
  });
});

describe('the lesson behind a hidden screen', () => {
  it('goes on, with what the board shows; its page reads anew when it is open again', async () => {
    const { ask, answer, hear, host, classId } = await withTeacher();
    await ask('classroom.open', { class: classId, mode: 'personal' }, 'desk');
    const before = await ask('classroom.joinInfo', {}, 'desk');
    await ask('session.lock', { choose: { pin: PIN, password: CHOSEN } }, 'desk');
    expect((await ask('session.state', {}, 'desk')).screen).toMatchObject({ locked: 'asked', lesson: true });
    expect((await ask('classroom.joinInfo', {}, 'desk')).code).toBe(before.code);
    expect(host.rooms()?.classroom.running()).toBe(true);
    for (const method of ['classroom.state', 'classroom.close', 'classroom.attention'] as const)
      expect(await answer(method, { on: false }, 'desk')).toBe('SCREEN_LOCKED');
    const heard = hear('desk');
    await ask('session.unlock', { by: 'pin', pin: PIN }, 'desk');
    expect(heard.map(({ name }) => name)).toContain('session.readAnew');
    expect((await ask('classroom.state', {}, 'desk')).lesson?.mode).toBe('personal');
  });
});

describe('what is shown behind a hidden screen', () => {
  it('goes on: the teacher’s screen on the devices, and the pupils’ screens on the board', async () => {
    const { ask, answer, classId } = await withTeacher();
    await ask('classroom.open', { class: classId, mode: 'numbered' }, 'desk');
    await ask('session.lock', { choose: { pin: PIN, password: CHOSEN } }, 'desk');
    await ask('session.unlock', { by: 'pin', pin: PIN }, 'desk');
    await ask('show.start', { show: { what: 'screen' }, to: 'all' }, 'desk');
    await ask('session.lock', {}, 'desk');
    const chunk = Buffer.alloc(64);
    chunk.writeUInt8(1, 1);
    expect(await answer('show.picture', { chunk: chunk.toString('base64') }, 'desk')).toBe('ok');
    expect(await answer('classroom.watch', { tiles: [] }, 'desk')).toBe('ok');
    await ask('session.unlock', { by: 'pin', pin: PIN }, 'desk');
    expect((await ask('show.state', {}, 'desk')).showing?.what).toBe('screen');
  });
});

describe('the code of the day', () => {
  it('is chosen once, is not one that everybody tries, and reopens all windows of its person here', async () => {
    const { ask, answer } = await withTeacher();
    for (const pin of ['1234', '0000', '12', '1987', '987654', 'abcd', '1234567'])
      expect(await answer('session.choosePin', { pin, password: CHOSEN }, 'desk')).toBe('PIN_WEAK');
    await ask('session.choosePin', { pin: PIN, password: CHOSEN }, 'desk');
    expect(await answer('session.choosePin', { pin: '5072', password: CHOSEN }, 'desk')).toBe('PIN_SET');
    expect(await answer('session.lock', { choose: { pin: '5072', password: CHOSEN } }, 'desk')).toBe(
      'PIN_SET',
    );
    const { id } = (await ask('session.state', {}, 'desk')).signedIn ?? {};
    await ask('session.signIn', { who: id ?? '', password: CHOSEN }, 'second');
    await ask('session.lock', {}, 'second');
    expect(await answer('people.classes', {}, 'desk')).toBe('SCREEN_LOCKED');
    await ask('session.unlock', { by: 'pin', pin: PIN }, 'desk');
    expect(await answer('people.classes', {}, 'second')).toBe('ok');
  });

  it('gives five tries, then the password is asked, which may choose another', async () => {
    const { ask, answer } = await withTeacher();
    await ask('session.lock', { choose: { pin: PIN, password: CHOSEN } }, 'desk');
    const wrong = { by: 'pin', pin: '7777' } as const;
    for (const left of [4, 3, 2, 1])
      await expect(ask('session.unlock', wrong, 'desk')).rejects.toMatchObject({
        code: 'PIN_WRONG',
        params: { left },
      });
    expect(await answer('session.unlock', wrong, 'desk')).toBe('PIN_ENDED');
    expect(await answer('session.unlock', { by: 'pin', pin: PIN }, 'desk')).toBe('PIN_ENDED');
    expect((await ask('session.state', {}, 'desk')).screen?.pin).toBe(false);
    expect(await answer('session.unlock', { by: 'password', password: 'no' }, 'desk')).toBe('SIGN_IN_WRONG');
    const next = { by: 'password', password: CHOSEN, pin: '6093' } as const;
    await ask('session.unlock', next, 'desk');
    await ask('session.lock', {}, 'desk');
    expect(await answer('session.unlock', { by: 'pin', pin: '6093' }, 'desk')).toBe('ok');
  });

  it('is over at midnight of the school, and when its person signs out', async () => {
    const { ask, answer, time, yann } = await withTeacher();
    await ask('session.lock', { choose: { pin: PIN, password: CHOSEN } }, 'desk');
    // 23:59 in Paris, then the next day.
    time.set(Date.UTC(2026, 10, 23, 22, 59));
    await ask('session.unlock', { by: 'pin', pin: PIN }, 'desk');
    time.set(Date.UTC(2026, 10, 23, 23, 0));
    await ask('session.lock', {}, 'desk');
    expect(await answer('session.unlock', { by: 'pin', pin: PIN }, 'desk')).toBe('PIN_ENDED');
    await ask('session.unlock', { by: 'password', password: CHOSEN, pin: PIN }, 'desk');
    await ask('session.signOut', {}, 'desk');
    await ask('session.signIn', { who: yann, password: CHOSEN }, 'desk');
    await ask('session.lock', {}, 'desk');
    expect(await answer('session.unlock', { by: 'pin', pin: PIN }, 'desk')).toBe('PIN_ENDED');
  });

  it('is written nowhere, and a poste started again knows none', async () => {
    const { ask, close, folder, yann } = await withTeacher();
    await ask('session.lock', { choose: { pin: '903718', password: CHOSEN } }, 'desk');
    await close();
    const { readdirSync, readFileSync } = await import('node:fs');
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile())
        expect(readFileSync(`${entry.parentPath}/${entry.name}`).includes('903718'), entry.name).toBe(false);
    const again = await openHost({ folder });
    expect(await again.answer('session.unlock', { by: 'pin', pin: '903718' }, 'desk')).toBe('NOT_SIGNED_IN');
    await again.ask('session.signIn', { who: yann, password: CHOSEN }, 'desk');
    await again.ask('session.lock', {}, 'desk');
    expect(await again.answer('session.unlock', { by: 'pin', pin: '903718' }, 'desk')).toBe('PIN_ENDED');
  });

  it('guessing the password of a locked screen costs the same time as at the door', async () => {
    const { ask, yann } = await withTeacher();
    await ask('session.lock', {}, 'desk');
    for (let n = 0; n < 4; n += 1)
      await ask('session.unlock', { by: 'password', password: `no-${n}` }, 'desk').catch(() => undefined);
    await expect(ask('session.unlock', { by: 'password', password: CHOSEN }, 'desk')).rejects.toMatchObject({
      code: 'SIGN_IN_DELAYED',
    });
    await expect(ask('session.signIn', { who: yann, password: CHOSEN }, 'other')).rejects.toMatchObject({
      code: 'SIGN_IN_DELAYED',
    });
  });
});

describe('who sits down at a hidden screen', () => {
  it('signs in as themselves: the other one is out, with keys and code', async () => {
    const { ask, answer, host, head, yann } = await withTeacher();
    await ask('session.lock', { choose: { pin: PIN, password: CHOSEN } }, 'desk');
    const state = await ask('session.signIn', { who: head, password: HEAD_PASSWORD }, 'desk');
    expect(state.signedIn?.id).toBe(head);
    expect(state.screen?.locked).toBeUndefined();
    expect(await answer('people.staff', {}, 'desk')).toBe('ok');
    await ask('session.signIn', { who: yann, password: CHOSEN }, 'elsewhere');
    expect((await ask('session.state', {}, 'elsewhere')).screen?.pin).toBe(false);
    expect(host.rooms()).toBeDefined();
  });
  it('does not sign in by closing the lid: every window of the computer is hidden', async () => {
    const { answer, host } = await withTeacher();
    host.lockScreens();
    expect(await answer('people.classes', {}, 'desk')).toBe('SCREEN_LOCKED');
    expect(await answer('people.classes', {}, 'window')).toBe('SCREEN_LOCKED');
  });
});

describe('how long it takes', () => {
  it('is the head’s to say by role, and one’s own to lengthen, in one’s private notes alone', async () => {
    const { ask, answer } = await withTeacher();
    expect(await answer('session.setIdle', { head: 5, teacher: 30, others: 5, shared: 2 }, 'desk')).toBe(
      'FORBIDDEN',
    );
    await ask('session.setIdle', { head: 5, teacher: 30, others: 5, shared: 2 });
    expect((await ask('session.state', {}, 'desk')).screen?.minutes).toBe(30);
    expect((await ask('session.state', {})).screen?.minutes).toBe(5);
    await ask('session.setOwnIdle', { minutes: 50 }, 'desk');
    expect((await ask('session.state', {}, 'desk')).screen?.minutes).toBe(50);
    expect(await ask('session.idle', {}, 'desk')).toMatchObject({ own: 50, school: { teacher: 30 } });
    await ask('session.setOwnIdle', {}, 'desk');
    expect((await ask('session.state', {}, 'desk')).screen?.minutes).toBe(30);
    expect(await answer('session.setOwnIdle', { minutes: 600 }, 'desk')).toBe('BAD_INPUT');
  });
});
