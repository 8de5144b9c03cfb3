import { afterAll, describe, expect, it } from 'vitest';
import { workshop, type TestHost } from '../host/hosts';
import { join, makeSchool, run, TEACHER_PASSWORD } from '../postes/school';

const NEXT = 'mirabelle-ardoise-9';
const shop = workshop();
afterAll(() => shop.end());

/** A head's computer and the laptop of a teacher who has joined; both have exchanged. */
async function twoComputers(name: string) {
  const office = await shop.open(`${name}-office`);
  const school = await makeSchool(office);
  const laptop = await join(shop, `${name}-laptop`, office, school.teacher, { near: () => [office] });
  await run(laptop);
  return { office, laptop, ...school };
}
const today = (): string => new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Paris' });
const codes = async (office: TestHost, person: string) =>
  (await office.ask('accounts.dayCodes', { person: person as `staff_${string}`, date: today() })).codes;

describe('a head’s code for another computer', () => {
  it('is believed there without a line, once the secret has come by an ordinary exchange', async () => {
    const { office, laptop, teacher } = await twoComputers('code');
    await expect
      .poll(async () => {
        await run(laptop);
        return (await laptop.ask('session.dayCode', {})).hindrance;
      })
      .toBeUndefined();
    const [given, ...more] = await codes(office, teacher);
    expect(more).toEqual([]);
    // The head is far away from now on.
    await office.close();
    await laptop.ask('session.signOut', {});
    const state = await laptop.ask('session.useDayCode', {
      who: teacher,
      code: given?.code ?? '',
      next: NEXT,
    });
    expect(state.signedIn?.id).toBe(teacher);
    await laptop.ask('session.signOut', {});
    await laptop.ask('session.signIn', { who: teacher, password: NEXT });
  });
});

describe('signing out everywhere', () => {
  it('ends what another computer had open before, at its next exchange', async () => {
    const { office, laptop, teacher } = await twoComputers('out');
    // The teacher has a password in the office too.
    const { accounts } = await office.ask('people.createAccounts', { people: [teacher] });
    const first = accounts[0]?.password ?? '';
    await office.ask('session.signIn', { who: teacher, password: first }, 'second');
    await office.ask('people.changePassword', { current: first, next: NEXT }, 'second');
    await office.ask('session.signOutEverywhere', {}, 'second');
    expect((await laptop.ask('session.state', {})).signedIn?.id).toBe(teacher);
    await run(laptop);
    await expect.poll(async () => (await laptop.ask('session.state', {})).signedIn).toBeUndefined();
    // Whoever signs in afterwards stays, however often the two meet.
    await laptop.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
    await run(laptop);
    expect((await laptop.ask('session.state', {})).signedIn?.id).toBe(teacher);
  });
});
