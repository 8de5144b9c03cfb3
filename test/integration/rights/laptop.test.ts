import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { audience } from '../../../src/domain/audience';
import type { TestHost } from '../host/hosts';
import { MINUTE, MONDAY, outcome, rightsSchool } from './school';

const YEAR = 2026;

/** How many keys of a base a computer holds, as its file of keys says. */
function generationsIn({ folder }: TestHost, name: string): number {
  const file = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')) as {
    keys: Record<string, unknown>;
  };
  const held = file.keys[name];
  return Array.isArray(held) ? held.length : held === undefined ? 0 : 1;
}

/** The substitute's own laptop: what it may read comes with an end, and goes with it. */
describe('a substitute with a laptop', () => {
  it('reads the class through its dated grant, hands over what it wrote, and reads nothing after the end', async () => {
    const school = await rightsSchool();
    const { head, classes, clock, people } = school;
    const claire = await school.enter('claire', people.claire, await school.account(people.claire));
    await claire('plan.save', {
      class: classes.cm1,
      date: '2026-11-23',
      title: 'Fractions',
      text: 'Page 40',
    });
    const given = await head('rights.delegate', school.order());
    const laptop = await school.laptop('laptop', given.person);
    const sonia = await school.enter('window', given.person, school.OWN_PASSWORD, 'laptop');
    expect((await sonia('plan.list', { class: classes.cm1 })).plans.map(({ title }) => title)).toEqual([
      'Fractions',
    ]);
    const classe = audience('classe', { of: classes.cm1, year: YEAR });
    /** Of the computer that is hers alone. */
    const grants = (host: TestHost) => {
      const book = host.host.rooms()?.exchange.book;
      const all = (book?.all() ?? []).flatMap((one) => (one.kind === 'poste' ? [one] : []));
      const others = new Set(all.flatMap(({ poste, person }) => (person === given.person ? [] : [poste])));
      const own = all.map(({ poste }) => poste).filter((poste) => !others.has(poste));
      return [...new Set(own)].flatMap((poste) => book?.grantsOf(poste) ?? []);
    };
    expect(grants(school.office).map(({ until }) => until)).toEqual([
      new Date(MONDAY + 4 * MINUTE).toISOString(),
    ]);
    expect(grants(school.office)[0]?.audiences).toContain(classe);

    // Written on the laptop in the last minute, brought an hour late.
    await sonia('plan.save', { class: classes.cm1, date: '2026-11-24', title: 'Dictée', text: '' });
    clock.now = MONDAY + 4 * MINUTE;
    expect(await outcome(sonia('plan.list', { class: classes.cm1 }))).toBe('NOT_SIGNED_IN');
    await school.tick(laptop);
    await laptop.host.rooms()?.exchange.sync.run({ kind: 'poste' });
    expect((await claire('plan.list', { class: classes.cm1 })).plans.map(({ title }) => title)).toContain(
      'Dictée',
    );

    // The head's computer takes the keys away: a new one for those who stay, nothing for the laptop.
    await claire('plan.save', { class: classes.cm1, date: '2026-11-25', title: 'Après', text: '' });
    await school.tick();
    expect(grants(school.office)).toEqual([]);
    expect(generationsIn(school.office, classe)).toBe(2);
    await laptop.host.rooms()?.exchange.sync.run({ kind: 'poste' });
    // Never the new key; its own copy of the former one may be let go of as well.
    expect(generationsIn(laptop, classe)).toBeLessThan(2);
    expect(await outcome(school.enter('later', given.person, school.OWN_PASSWORD, 'laptop'))).not.toBe(
      'done',
    );
    await school.unlock();
    const { holdings } = await head('rights.list', {});
    expect(holdings.filter(({ person }) => person === given.person).map(({ state }) => state)).toEqual([
      'over',
    ]);
  }, 120_000);
});
