import { readFileSync, writeFileSync } from 'node:fs';
import { join as path } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Id } from '../../../src/domain/id';
import { readKeyring } from '../../../src/store/keyring-file';
import { workshop, type TestHost } from '../host/hosts';
import { homeworkOf, join, makeSchool, PASSWORD, run, saveHomework, TEACHER_PASSWORD } from './school';

vi.setConfig({ testTimeout: 180_000 });
let shop: ReturnType<typeof workshop>;
beforeEach(() => (shop = workshop()));
afterEach(() => shop.end());

/** Audience kinds by how many keys a poste has of them. */
async function generations(host: TestHost): Promise<Record<string, number>> {
  const keys = (await readKeyring(path(host.folder, 'keys.json')))?.keys ?? {};
  return Object.fromEntries(
    Object.entries(keys).map(([name, held]) => [name.replace(/[-_].*/, ''), held.length]),
  );
}
const posteOf = async (host: TestHost): Promise<Id<'poste'>> => {
  const here = (await host.ask('postes.list', {})).postes.find((poste) => poste.here);
  if (!here) throw new Error('not of the school');
  return here.id;
};

describe('who leaves reads nothing new', () => {
  it('a class that changes hands: its former teacher keeps the other one, and what was read', async () => {
    const office = await shop.open('office');
    const { teacher, cm1 } = await makeSchool(office);
    const { id: cm2 } = await office.ask('people.addClass', { label: 'CM2', grades: ['CM2'] });
    await office.ask('people.assignClasses', { person: teacher, classes: [cm1, cm2] });
    const laptop = await join(shop, 'laptop', office, teacher, { near: () => [office] });
    await saveHomework(laptop, cm1, 'Avant');
    await run(laptop);
    // Written before the departure is known here, in the class that stays.
    await saveHomework(laptop, cm2, 'Entre-temps');
    await office.ask('people.assignClasses', { person: teacher, classes: [cm2] });
    const keys = await generations(office);
    expect(keys).toMatchObject({ suivi: expect.any(Number), parc: 1, direction: 1, ecole: 1 });
    await run(laptop);
    await run(laptop);
    // The class that stays goes on, nothing is refused.
    expect(await homeworkOf(office, cm2)).toEqual(['Entre-temps']);
    expect((await laptop.ask('sync.status', {})).refused).toEqual([]);
    await expect(saveHomework(laptop, cm1, 'Trop tard')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await homeworkOf(office, cm1)).toEqual(['Avant']);
  });

  it('a person who leaves: password, computers and keys in one gesture, on a shared computer too', async () => {
    const office = await shop.open('office');
    const { teacher, cm1 } = await makeSchool(office);
    const laptop = await join(shop, 'laptop', office, teacher, { near: () => [office] });
    const { id: other } = await office.ask('people.addStaff', {
      first: 'Aline',
      family: 'Petit',
      classes: [cm1],
    });
    const colleague = await join(shop, 'colleague', office, other, { near: () => [office] });
    const [account] = (await office.ask('people.createAccounts', { people: [teacher] })).accounts;
    await run(laptop);
    await run(colleague);
    const before = await generations(office);
    const state = await office.ask('postes.leavesSchool', { person: teacher });
    expect(state.postes.find((poste) => poste.person === teacher)).toMatchObject({ out: true });
    const after = await generations(office);
    for (const kind of ['ecole', 'courrier', 'suivi', 'classe'])
      expect(after[kind]).toBe((before[kind] ?? 0) + 1);
    expect(after).toMatchObject({ parc: 1, direction: 1 });
    expect((await office.ask('people.staff', {})).staff.map(({ id }) => id)).not.toContain(teacher);
    await office.ask('session.signOut', {});
    await expect(
      office.ask('session.signIn', { who: account?.login ?? '', password: account?.password ?? '' }),
    ).rejects.toMatchObject({ code: 'SIGN_IN_WRONG' });

    // Who stays goes on under the new keys; who left gets nothing of it.
    await run(colleague);
    await run(colleague);
    await saveHomework(colleague, cm1, 'Sans lui');
    await run(colleague);
    await run(laptop);
    expect(await homeworkOf(laptop, cm1)).toEqual([]);
    expect((await generations(laptop))['suivi']).toBe(before['suivi']);
    await office.ask('session.signIn', { who: 'h.aubry', password: PASSWORD });
    expect(await homeworkOf(office, cm1)).toEqual(['Sans lui']);
    // What is on the former colleague's own disk stays readable to them, as it was.
    await laptop.ask('session.signOut', {});
    await laptop.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
  });

  it('a departure that was cut by a crash is carried out at the next start', async () => {
    const office = await shop.open('office');
    const { teacher } = await makeSchool(office);
    const laptop = await join(shop, 'laptop', office, teacher, { near: () => [office] });
    await run(laptop);
    const lost = await posteOf(laptop);
    const before = await generations(office);
    await office.close();
    // As it stands on the disk when the power goes between the note and the deed.
    const keys = await readKeyring(path(office.folder, 'keys.json'));
    const suivi = Object.keys(keys?.keys ?? {}).find((name) => name.startsWith('suivi')) ?? '';
    writeFileSync(
      path(office.folder, 'departures.json'),
      JSON.stringify([{ out: [lost], narrow: [], rotate: { [suivi]: 'not-the-key' } }]),
    );
    const again = await shop.open('office');
    await again.ask('session.signIn', { who: 'h.aubry', password: PASSWORD });
    const { postes } = await again.ask('postes.list', {});
    expect(postes.find(({ id }) => id === lost)).toMatchObject({ out: true });
    // The key was exchanged already before the cut: once is enough.
    expect(await generations(again)).toEqual(before);
    expect(JSON.parse(readFileSync(path(again.folder, 'departures.json'), 'utf8'))).toEqual([]);
    // This very computer is not put out from itself.
    await expect(again.ask('postes.putOut', { poste: await posteOf(again) })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
