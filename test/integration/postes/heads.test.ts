import { join as path } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readKeyring } from '../../../src/store/keyring-file';
import { workshop, type TestHost } from '../host/hosts';
import { join, makeSchool, PASSWORD, run, TEACHER_PASSWORD } from './school';

vi.setConfig({ testTimeout: 180_000 });
let shop: ReturnType<typeof workshop>;
beforeEach(() => (shop = workshop()));
afterEach(() => shop.end());

const directionKeys = async (host: TestHost): Promise<number> =>
  (await readKeyring(path(host.folder, 'keys.json')))?.keys['direction']?.length ?? 0;
const manages = async (host: TestHost): Promise<boolean> => (await host.ask('postes.list', {})).manages;

it('a successor is named, and lets go on their own computer: another head’s carries it out', async () => {
  const office = await shop.open('office');
  const { head, teacher } = await makeSchool(office);
  await expect(office.ask('postes.endHead', { person: head })).rejects.toMatchObject({ code: 'LAST_HEAD' });
  const laptop = await join(shop, 'laptop', office, teacher, { near: () => [office] });
  expect(await manages(laptop)).toBe(false);
  await expect(laptop.ask('postes.nameHead', { person: teacher })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });

  await office.ask('postes.nameHead', { person: teacher });
  await run(laptop);
  await run(laptop);
  await laptop.ask('session.signOut', {});
  const { signedIn } = await laptop.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
  expect(signedIn?.roles).toContain('head');
  expect(await manages(laptop)).toBe(true);
  expect(await directionKeys(laptop)).toBe(1);

  // On the successor's own computer: the directory says it at once, no new key is made there.
  await laptop.ask('postes.endHead', { person: teacher });
  await expect(laptop.ask('postes.endHead', { person: head })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await directionKeys(laptop)).toBe(1);
  await run(laptop);
  await run(office);
  expect(await directionKeys(office)).toBe(2);
  await run(laptop);
  await run(laptop);
  expect(await directionKeys(laptop)).toBe(1);
  expect(await manages(laptop)).toBe(false);
  // Once: looked at again, nothing more is exchanged.
  await run(office);
  expect(await directionKeys(office)).toBe(2);
  expect((await laptop.ask('sync.status', {})).refused).toEqual([]);

  // The other way round: named again, and the first head goes on without the role at the office.
  await office.ask('postes.nameHead', { person: teacher });
  await run(laptop);
  await run(laptop);
  await laptop.ask('session.signOut', {});
  await laptop.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
  await laptop.ask('postes.endHead', { person: head });
  await run(laptop);
  await run(laptop);
  await office.ask('session.signOut', {});
  await expect(office.ask('session.signIn', { who: 'h.aubry', password: PASSWORD })).resolves.toMatchObject({
    signedIn: { roles: ['teacher'] },
  });
  expect(await directionKeys(laptop)).toBe(3);
});
