import { cpSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { workshop } from '../host/hosts';
import { homeworkOf, join, makeSchool, run, saveHomework, TEACHER_PASSWORD } from './school';

vi.setConfig({ testTimeout: 180_000 });
let shop: ReturnType<typeof workshop>;
beforeEach(() => (shop = workshop()));
afterEach(() => shop.end());

it('a data folder put back by hand goes on as a new poste, with all it holds, once a head has accepted it', async () => {
  const office = await shop.open('office');
  const { teacher, cm1 } = await makeSchool(office);
  const near = { near: () => [office] };
  const laptop = await join(shop, 'laptop', office, teacher, near);
  await saveHomework(laptop, cm1, 'Avant la copie');
  await run(laptop);
  await expect(laptop.ask('postes.beginAnew', {})).rejects.toMatchObject({ code: 'CONFLICT' });
  await laptop.close();
  const copy = `${laptop.folder}-copy`;
  cpSync(laptop.folder, copy, { recursive: true });
  const later = await shop.open('laptop', near);
  await later.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
  await saveHomework(later, cm1, 'Après la copie');
  await saveHomework(later, cm1, 'Le lendemain');
  await run(later);
  await later.close();

  rmSync(laptop.folder, { recursive: true });
  cpSync(copy, laptop.folder, { recursive: true });
  const back = await shop.open('laptop', near);
  await back.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
  await saveHomework(back, cm1, 'Après la remise');
  expect(await run(back)).toMatchObject({ restored: true });
  expect(await homeworkOf(office, cm1)).toEqual(['Après la copie', 'Avant la copie', 'Le lendemain']);
  const before = (await back.ask('postes.list', {})).postes.find(({ here }) => here)?.id;
  await back.ask('postes.beginAnew', {});
  await back.close();

  const anew = await shop.open('laptop', near);
  await anew.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
  expect(await homeworkOf(anew, cm1)).toContain('Après la remise');
  expect(await run(anew)).toMatchObject({ restored: false });
  const { waiting } = await office.ask('postes.list', {});
  expect(waiting).toMatchObject([{ person: teacher }]);
  expect(waiting[0]?.poste).not.toBe(before);
  await office.ask('postes.accept', { request: waiting[0]?.request ?? 'event_2222222222222' });
  for (let turn = 0; turn < 3; turn += 1) await run(anew);
  const all = ['Après la copie', 'Après la remise', 'Avant la copie', 'Le lendemain'];
  expect(await homeworkOf(anew, cm1)).toEqual(all);
  expect(await homeworkOf(office, cm1)).toEqual(all);
  for (const host of [anew, office]) {
    const status = await host.ask('sync.status', {});
    expect(status).toMatchObject({ restored: false, refused: [] });
  }
  // A second look changes nothing: it is this poste from now on.
  await anew.close();
  const again = await shop.open('laptop', near);
  await again.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
  const here = (await again.ask('postes.list', {})).postes.find((poste) => poste.here);
  expect(here?.id).toBe(waiting[0]?.poste);
});
