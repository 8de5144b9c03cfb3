import { describe, expect, it } from 'vitest';
import type { TestHost } from '../host/hosts';
import { outcome } from '../rights/school';
import { groupsSchool, sendOut } from './school';

const run = async (host: TestHost): Promise<void> => {
  await host.host.rooms()?.exchange.sync.run({ kind: 'poste' });
  await host.host.rooms()?.groups.tick();
};

/** The host's laptop holds no key of the children's own class. */
describe('a host with a laptop of their own', () => {
  it('calls its guests without their class’s key; the office’s register says it, and keeps it', async () => {
    const school = await groupsSchool();
    const { people, classes, ce2, head, morning, office } = school;
    await sendOut(school);
    await school.signIn(people.marc, 'marc');
    const laptop = await school.laptop('laptop', people.marc);
    const marc = await school.enter('window', people.marc, school.OWN_PASSWORD, 'laptop');
    expect(await outcome(marc('register.sheet', { class: ce2, half: morning }))).toBe('FORBIDDEN');
    const { lines } = await marc('register.sheet', { class: classes.cp, half: morning });
    const [missing] = lines.filter((line) => line.guest);
    if (!missing) throw new Error('no guest');
    await marc('register.write', {
      class: classes.cp,
      half: morning,
      entries: [{ pupil: missing.pupil, state: 'absent', replaces: [] }],
      complete: true,
    });
    await run(laptop);
    await run(office);
    const home = await head('register.sheet', { class: ce2, half: morning });
    expect(home.lines.find(({ pupil }) => pupil === missing.pupil)).toMatchObject({
      state: 'absent',
      rivals: [],
      host: { class: 'CP', called: true },
    });
    // Carried already, by the exchange itself.
    expect(await office.host.rooms()?.groups.guests.carryHome()).toBe(0);
  }, 120_000);
});
