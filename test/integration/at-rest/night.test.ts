import { readFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { POSTE } from '../../../src/domain/rights/actor';
import { FileKeyring } from '../../../src/store/keyring';
import { workshop, type TestHost } from '../host/hosts';
import { join } from './school-day';

let shop: ReturnType<typeof workshop>;
beforeEach(() => (shop = workshop()));
afterEach(() => shop.end());

const PASSWORD = 'une marelle à la craie bleue';

/** An office and a teacher's laptop of one school; a pupil came while the laptop was off. Both are closed. */
async function twoPostes(): Promise<{ class: `class_${string}`; teacher: `staff_${string}` }> {
  const office = await shop.open('office');
  await office.ask('school.create', {
    name: 'École des Marronniers',
    uai: '0951099D',
    timeZone: 'Europe/Paris',
    head: { first: 'Hélène', family: 'Aubry', password: 'le chat dort sous le préau' },
  });
  const { id } = await office.ask('people.addClass', { label: 'CM1', grades: ['CM1'] });
  await office.ask('people.addPupil', { class: id, first: 'Zoé', family: 'Martin' });
  const { id: teacher } = await office.ask('people.addStaff', {
    first: 'Paul',
    family: 'Roche',
    classes: [id],
  });
  const laptop = await shop.open('laptop');
  await join(office, laptop, teacher, PASSWORD);
  await laptop.close();
  await office.ask('people.addPupil', { class: id, first: 'Noé', family: 'Petit' });
  await office.close();
  return { class: id, teacher };
}

const signedIn = async (host: TestHost): Promise<unknown> => (await host.ask('session.state', {})).signedIn;

describe('a night with nobody there', () => {
  it('exchanges from the machine’s keychain: a poste that was started, and where nobody signed in', async () => {
    const school = await twoPostes();
    const office = await shop.open('office');
    const laptop = await shop.open('laptop', { near: () => [office] });
    expect([await signedIn(office), await signedIn(laptop)]).toEqual([undefined, undefined]);
    await laptop.host.rooms()?.exchange.sync.run(POSTE);
    await office.close();
    await laptop.ask('session.signIn', { who: school.teacher, password: PASSWORD });
    const { pupils } = await laptop.ask('people.pupils', { class: school.class });
    expect(pupils.map(({ first }) => first).sort()).toEqual(['Noé', 'Zoé']);
  });

  it('waits for a person where there is no keychain, and says so', async () => {
    await twoPostes();
    const office = await shop.open('office', { keychain: false });
    expect(office.host.rooms()).toBeUndefined();
    expect(await office.ask('session.state', {})).toMatchObject({
      school: 'real',
      locked: true,
      keychain: 'absent',
    });
  });

  it('has the machine’s wraps for the school’s bases, and never for private notes', async () => {
    await twoPostes();
    const office = await shop.open('office');
    await office.close();
    const text = await readFile(path(office.folder, 'keys.json'), 'utf8');
    const { keys } = JSON.parse(text) as { keys: Record<string, { machine?: string }[]> };
    const machine = Object.entries(keys).map(([audience, wraps]) => ({
      personal: audience.startsWith('perso-'),
      machine: wraps.some((one) => one.machine !== undefined),
    }));
    expect(machine).toContainEqual({ personal: false, machine: true });
    for (const one of machine) expect(one.machine).toBe(!one.personal);
    // Without the keychain's secret the file opens nothing.
    const stolen = await FileKeyring.open({ path: path(office.folder, 'keys.json') });
    expect(stolen.audiences().filter((audience) => stolen.has(audience))).toEqual([]);
  });
});
