import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { MethodOf } from '../../../src/contract/define';
import { staffContract, type StaffContract } from '../../../src/contract/staff';
import { BEFORE_CHARTER, BEFORE_PASSWORD, WHILE_LOCKED } from '../../../src/main/session/gate';
import { CHOSEN, MINUTE, openSchool } from '../accounts/support';
import { sampleOf } from '../rights/inputs';

type Method = MethodOf<StaffContract>;
const REQUESTS = Object.entries(staffContract).flatMap(([subject, { requests }]) =>
  Object.entries(requests).map(([name, { input }]) => [`${subject}.${name}` as Method, input] as const),
);
/** They end the session that the other requests are tried in. */
const LEAVES: readonly string[] = ['session.signOut', 'session.signOutEverywhere', 'session.signIn'];

async function school() {
  const opened = await openSchool();
  const account = await opened.newTeacher('Yann', 'Le Floch');
  const { id: zoé } = await opened.ask('people.addPupil', {
    class: opened.classId,
    first: 'Zoé',
    family: 'Kermarrec',
  });
  const ids = { class: opened.classId, staff: account.id, pupil: zoé };
  /** What each request is answered at that window, but for those that pass. */
  const answers = async (connection: string, pass: ReadonlySet<string>) => {
    const found = new Map<string, string>();
    for (const [method, input] of REQUESTS)
      if (!pass.has(method)) found.set(method, await opened.answer(method, sampleOf(input, ids), connection));
    return found;
  };
  const only = (answer: string, found: ReadonlyMap<string, string>): void => {
    expect(found.size).toBeGreaterThan(150);
    expect([...found].filter(([, code]) => code !== answer)).toEqual([]);
  };
  return { ...opened, account, answers, only };
}

describe('a page that was changed, behind what stands before everything', () => {
  it('is answered no request of the whole contract, one gate after the other', async () => {
    const { ask, answer, account, answers, only, binary } = await school();
    await ask('session.signIn', { who: account.id, password: account.password }, 'desk');
    only('PASSWORD_FIRST', await answers('desk', BEFORE_PASSWORD));
    const put = () => binary.area.put('desk', 'x', 'text/plain', Readable.from(['x']));
    await expect(put()).rejects.toMatchObject({ code: 'PASSWORD_FIRST' });
    await ask('people.changePassword', { current: account.password, next: CHOSEN }, 'desk');
    only('CHARTER_FIRST', await answers('desk', BEFORE_CHARTER));
    await expect(put()).rejects.toMatchObject({ code: 'CHARTER_FIRST' });
    const { version } = await ask('accounts.charter', {}, 'desk');
    await ask('accounts.acceptCharter', { version }, 'desk');
    await ask('session.lock', { choose: { pin: '4831', password: CHOSEN } }, 'desk');
    only('SCREEN_LOCKED', await answers('desk', WHILE_LOCKED));
    await expect(put()).rejects.toMatchObject({ code: 'SCREEN_LOCKED' });
    await expect(binary.area.put('nobody’s', 'x', 'text/plain', Readable.from(['x']))).rejects.toMatchObject({
      code: 'NOT_SIGNED_IN',
    });
    // What passes tells who is asked for their password, and nobody else's name.
    for (const [method, input] of REQUESTS) {
      if (!WHILE_LOCKED.has(method) || LEAVES.includes(method)) continue;
      const told = await ask(method, sampleOf(input, {}) as never, 'desk').catch(() => undefined);
      expect(JSON.stringify(told ?? '')).not.toMatch(/Zoé|Kermarrec/);
    }
    expect(await answer('people.staff', {}, 'desk')).toBe('SCREEN_LOCKED');
  }, 120_000);

  it('hears nothing of the school before its own password and the charter, and then all of it', async () => {
    const { ask, account, classId, hear } = await school();
    const heard = hear('desk');
    const told = (): string[] => heard.map(({ name }) => name).filter((name) => !name.startsWith('session.'));
    const add = (first: string) =>
      ask('people.addPupil', { class: classId, first, family: 'Kermarrec' }, 'window');
    await ask('session.signIn', { who: account.id, password: account.password }, 'desk');
    await add('Zélie');
    expect(told()).toEqual([]);
    await ask('people.changePassword', { current: account.password, next: CHOSEN }, 'desk');
    await add('Ali');
    expect(told()).toEqual([]);
    const { version } = await ask('accounts.charter', {}, 'desk');
    await ask('accounts.acceptCharter', { version }, 'desk');
    await ask('people.pupils', { class: classId }, 'desk');
    expect(told()).toContain('people.changed');
    const before = told().length;
    await add('Éva');
    expect(told().length).toBeGreaterThan(before);
  });

  it('is not let in by a crowd of requests around the lock, nor by the timer’s last moment', async () => {
    const { ask, answer, account, classId, time } = await school();
    await ask('session.signIn', { who: account.id, password: account.password }, 'desk');
    await ask('people.changePassword', { current: account.password, next: CHOSEN }, 'desk');
    const { version } = await ask('accounts.charter', {}, 'desk');
    await ask('accounts.acceptCharter', { version }, 'desk');
    const crowd = (): Promise<string>[] =>
      Array.from({ length: 40 }, () => answer('people.pupils', { class: classId }, 'desk'));
    const before = crowd();
    const locked = answer('session.lock', {}, 'desk');
    const codes = new Set(await Promise.all(before));
    expect(await locked).toBe('ok');
    expect([...codes].every((code) => ['ok', 'SCREEN_LOCKED'].includes(code))).toBe(true);
    expect(new Set(await Promise.all(crowd()))).toEqual(new Set(['SCREEN_LOCKED']));
    await ask('session.unlock', { by: 'password', password: CHOSEN }, 'desk');
    time.set(time.clock() + 15 * MINUTE);
    expect(new Set(await Promise.all(crowd()))).toEqual(new Set(['SCREEN_LOCKED']));
    // A gesture that a page invents does not open what was due.
    await answer('session.active', {}, 'desk');
    expect(await answer('people.pupils', { class: classId }, 'desk')).toBe('SCREEN_LOCKED');
  });

  it('finds nothing at a second window, where nobody has signed in', async () => {
    const { ask, account, answers, host } = await school();
    await ask('session.signIn', { who: account.id, password: account.password }, 'desk');
    await ask('session.lock', {}, 'desk');
    const heard: string[] = [];
    const end = host.subscribe('second', (event) => heard.push(JSON.stringify(event)));
    const found = await answers('second', new Set(LEAVES));
    const told = [...found].filter(([, code]) => code === 'ok').map(([method]) => method);
    for (const method of told) {
      const [, input] = REQUESTS.find(([name]) => name === method) ?? [];
      const said =
        input && (await ask(method as Method, sampleOf(input, {}) as never, 'second').catch(() => ''));
      expect(JSON.stringify(said), method).not.toMatch(/Zoé|Kermarrec/);
    }
    expect(found.get('people.pupils')).toBe('NOT_SIGNED_IN');
    expect(heard.join()).not.toMatch(/Zoé|Kermarrec/);
    end();
  }, 120_000);
});
