import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Id } from '../../../src/domain/id';
import { costsAt, TRUE_COST } from '../password-cost';
import { until, workshop, type TestHost } from './hosts';

/** « Rejoindre mon école » and a dead laptop, between whole hosts on loopback. */
let shop: ReturnType<typeof workshop>;
beforeEach(() => (shop = workshop({ trueCost: true })));
afterEach(() => shop.end());

const HEAD_PASSWORD = 'le chat dort sous le préau';
const TEACHER_PASSWORD = 'une marelle à la craie bleue';

async function schoolOn(
  host: TestHost,
): Promise<{ teacher: Id<'staff'>; mine: Id<'class'>; other: Id<'class'>; code: string }> {
  const { sheet } = await host.ask('school.create', {
    name: 'École des Marronniers',
    uai: '0951099D',
    timeZone: 'Europe/Paris',
    head: { first: 'Hélène', family: 'Aubry', password: HEAD_PASSWORD },
  });
  const { id: mine } = await host.ask('people.addClass', { label: 'CM1', grades: ['CM1'] });
  const { id: other } = await host.ask('people.addClass', { label: 'CP', grades: ['CP'] });
  await host.ask('people.addPupil', { class: mine, first: 'Zoé', family: 'Martin' });
  const { id: teacher } = await host.ask('people.addStaff', {
    first: 'Paul',
    family: 'Roche',
    classes: [mine],
  });
  return { teacher, mine, other, code: sheet.code };
}
const addressOf = (host: TestHost): string => {
  const { host: name, port } = host.host.rooms()?.exchange.postes.address ?? { host: '', port: 0 };
  return `${name}:${port}`;
};
async function typeDigits(newcomer: TestHost, welcoming: TestHost): Promise<void> {
  const digits = await until(newcomer, 'joinSchool.changed', async () => {
    const state = await newcomer.ask('joinSchool.state', {});
    if (state.state === 'failed') throw new Error(state.code);
    return state.state === 'digits' ? state.digits : undefined;
  });
  await until(welcoming, 'sync.introduction', async () =>
    (await welcoming.ask('sync.introduction', {})).state === 'asked' ? true : undefined,
  );
  await welcoming.ask('sync.confirmIntroduction', { digits });
}

describe('a second computer of the school', () => {
  it.each([{ keychain: true }, { keychain: false }])(
    'gets its owner’s audiences and no others (keychain: $keychain)',
    async ({ keychain }) => {
      const office = await shop.open('office');
      const { teacher, mine, other } = await schoolOn(office);
      const laptop = await shop.open('laptop', { keychain });
      expect((await laptop.ask('session.state', {})).school).toBe('none');

      await office.ask('sync.openIntroduction', { person: teacher });
      await laptop.ask('joinSchool.begin', { address: addressOf(office), password: TEACHER_PASSWORD });
      await typeDigits(laptop, office);
      await until(laptop, 'joinSchool.changed', async () => {
        const state = await laptop.ask('joinSchool.state', {});
        if (state.state === 'failed') throw new Error(state.code);
        return state.state === 'joined' ? true : undefined;
      });
      await laptop.close();
      expect(await costsAt(laptop.folder)).toEqual([TRUE_COST]);

      const again = await shop.open('laptop', { keychain });
      const before = await again.ask('session.state', {});
      expect(before).toMatchObject({ school: 'real', locked: !keychain });
      const signed = await again.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
      expect(signed).toMatchObject({
        schoolName: 'École des Marronniers',
        signedIn: { id: teacher, roles: ['teacher'] },
      });
      const { classes } = await again.ask('people.classes', {});
      expect(classes.find((entry) => entry.id === mine)).toMatchObject({ mine: true, pupils: 1 });
      await again.ask('homework.save', {
        class: mine,
        subject: 'Lecture',
        text: 'Page 12',
        dueOn: '2026-11-24',
      });
      await expect(again.ask('homework.list', { class: other })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(again.ask('people.createAccounts', { people: [teacher] })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    },
  );

  it('is given nothing for wrong digits', async () => {
    const office = await shop.open('office');
    const { teacher } = await schoolOn(office);
    const laptop = await shop.open('laptop');
    await office.ask('sync.openIntroduction', { person: teacher });
    await laptop.ask('joinSchool.begin', { address: addressOf(office), password: TEACHER_PASSWORD });
    const shown = await until(laptop, 'joinSchool.changed', async () => {
      const state = await laptop.ask('joinSchool.state', {});
      return state.state === 'digits' ? state.digits : undefined;
    });
    await until(office, 'sync.introduction', async () =>
      (await office.ask('sync.introduction', {})).state === 'asked' ? true : undefined,
    );
    const wrong = shown === '000000' ? '000001' : '000000';
    await office.ask('sync.confirmIntroduction', { digits: wrong }).catch(() => undefined);
    const failed = await until(laptop, 'joinSchool.changed', async () => {
      const state = await laptop.ask('joinSchool.state', {});
      return state.state === 'failed' ? state.code : undefined;
    });
    expect(failed).toBe('INTRODUCTION_WRONG');
    expect((await laptop.ask('session.state', {})).school).toBe('none');
  });
});

describe('a dead laptop', () => {
  it('is rebuilt from another computer and the recovery sheet', async () => {
    const office = await shop.open('office');
    const { teacher, mine, code } = await schoolOn(office);
    await office.ask('homework.list', { class: mine });
    const fresh = await shop.open('fresh');
    await office.ask('sync.openRestore', {});
    await fresh.ask('joinSchool.restore', { address: addressOf(office), code });
    await typeDigits(fresh, office);
    const people = await until(fresh, 'joinSchool.changed', async () => {
      const state = await fresh.ask('joinSchool.state', {});
      if (state.state === 'failed') throw new Error(state.code);
      return state.state === 'choose' ? state.people : undefined;
    });
    const [head] = people;
    expect(head?.name).toBe('Hélène Aubry');
    if (!head) return;
    await fresh.ask('joinSchool.choose', { person: head.id, password: HEAD_PASSWORD });
    await fresh.close();
    expect(await costsAt(fresh.folder)).toEqual([TRUE_COST]);

    const again = await shop.open('fresh');
    await again.ask('session.signIn', { who: head.id, password: HEAD_PASSWORD });
    const { staff } = await again.ask('people.staff', {});
    expect(staff.map((person) => person.id)).toContain(teacher);
    expect((await again.ask('people.pupils', { class: mine })).pupils).toHaveLength(1);
  });
});
