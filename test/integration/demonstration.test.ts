import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_CONNECTION, seedSchool } from '../../src/demo/seed';
import { localDate } from '../../src/domain/time';
import { workshop, type TestHost } from './host/hosts';

/** Whoever tries the product finds every state that a school has: said and still to be said, held, to come and over. */
describe('The demonstration school', () => {
  const shop = workshop();
  let poste: TestHost;
  let took = 0;
  beforeAll(async () => {
    poste = await shop.open('demonstration');
    const begun = Date.now();
    await seedSchool(poste.host, { binary: poste.binary, clock: Date.now, random: randomBytes });
    took = Date.now() - begun;
  }, 60_000);
  afterAll(() => shop.end());
  const ask: TestHost['ask'] = (method, input) => poste.ask(method, input, DEMO_CONNECTION);

  it('has people who help, one whose replacement is over and one whose visit is to come', async () => {
    console.log(`seeded in ${took} ms`);
    const { holdings } = await ask('rights.list', {});
    const states = holdings.map(({ role, state, source }) => `${role} ${state} ${source}`);
    expect(states).toEqual(
      expect.arrayContaining([
        'head now directory',
        'teacher now directory',
        'aesh now delegation',
        'atsem now delegation',
        'substitute over delegation',
        'inspector later delegation',
      ]),
    );
    expect(holdings.find(({ role }) => role === 'substitute')?.endedBy).toContain('Fontaine');
  });

  it('has parents of two homes, of whom some are confirmed and some are not', async () => {
    const { children, guardians } = await ask('guardians.list', {});
    const held = new Set(children.flatMap((child) => child.guardians.map(({ standing }) => standing.holds)));
    expect([...held].sort()).toEqual(['alone', 'joint', 'toConfirm']);
    const homesOf = (child: (typeof children)[number]): number =>
      new Set(
        guardians.flatMap(({ id, address }) =>
          child.guardians.some((one) => one.id === id) ? [address['street']] : [],
        ),
      ).size;
    expect(children.filter((child) => homesOf(child) === 2).length).toBeGreaterThan(1);
  });

  it('has papers that allow a photograph, one that refuses, and one signature still awaited', async () => {
    const { classes } = await ask('people.classes', {});
    const seen = await Promise.all(classes.map(({ id }) => ask('privacy.images', { class: id })));
    const pupils = seen.flatMap((one) => one.pupils).filter(({ papers }) => papers.length > 0);
    const states = pupils.map(({ may, stop }) => (may ? 'may' : stop)).sort();
    expect(states).toEqual(['may', 'missing', 'refused']);
  });

  it('has a trolley, two valises that say nothing and a cabinet; booked for the week, half lent next door', async () => {
    const { sets } = await ask('sets.list', {});
    expect(sets.map(({ name, container, boxes, room }) => [name, container, boxes, room?.name])).toEqual([
      ['Chariot bleu', 'trolley', [15], 'Salle 2'],
      ['Portables du cycle 3', 'cabinet', [8], 'Salle 1'],
      ['Valise verte', 'suitcase', [8, 7], 'Réserve'],
    ]);
    expect(sets[2]?.presence).toMatchObject({ in: 7, missing: 1, lent: 7 });
    const weeks = await Promise.all(
      [0, 7].map((days) =>
        ask('sets.week', { day: localDate(Date.now() + days * 86_400_000, 'Europe/Paris') }),
      ),
    );
    const booked = weeks.flatMap(({ days }) => days.flatMap(({ bookings }) => bookings));
    expect(new Set(booked.map(({ booking }) => booking)).size).toBe(5);
    expect(booked.filter(({ clashes }) => clashes.length > 0)).toEqual([]);
  });

  it('has batteries with a past: most are good, one ends its life, one ages, one has a tired cable', async () => {
    const { carts } = await ask('cart.list', {});
    const [trolley] = carts;
    if (!trolley) throw new Error('no cart');
    const { wear } = await ask('charging.view', { cart: trolley.id });
    const care = wear
      .filter(({ advice }) => advice !== 'good')
      .map(({ bay, advice }) => `${bay} ${advice}`)
      .sort();
    expect(care).toEqual(['11 slow', '12 ageing', '5 dying']);
    expect(wear).toHaveLength(14);
  });

  it('has a group of children of two classes', async () => {
    const { groups } = await ask('groups.list', {});
    expect(groups.map(({ pupils }) => new Set(pupils.map((one) => one.class)).size)).toEqual([2]);
    expect(groups[0]?.pupils).toHaveLength(4);
  });
});
