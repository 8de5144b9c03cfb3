import { describe, expect, it } from 'vitest';
import type { TestHost } from '../host/hosts';
import { MINUTE } from '../rights/school';
import { setsSchool, TODAY } from './sets-school';

const meet = async (...hosts: readonly TestHost[]): Promise<void> => {
  for (const host of [...hosts, ...hosts]) await host.host.rooms()?.exchange.sync.run({ kind: 'poste' });
};

/** Marc has a laptop of his own; it and the office meet when they are told to. */
async function apart() {
  const school = await setsSchool();
  const { people } = school;
  await school.teacher(people.marc, 'marc');
  const laptop = await school.laptop('laptop', people.marc);
  const marc = await school.enter('window', people.marc, school.OWN_PASSWORD, 'laptop');
  return { ...school, laptop, marc, meet: () => meet(laptop, school.office) };
}

describe('two postes that were apart', () => {
  it('keep both bookings of one hour, say so on both, and settle it in one gesture', async () => {
    const { head, marc, meet: exchange, booked, classes } = await apart();
    const [one, other] = [
      booked(),
      booked({ for: { kind: 'class', class: classes.cp }, from: 630, to: 690 }),
    ];
    expect(await head('sets.book', one)).toEqual({ outcome: 'done' });
    expect(await marc('sets.book', other)).toEqual({ outcome: 'done' });
    await exchange();
    const seen = async (ask: typeof head) =>
      (await ask('sets.week', { day: TODAY })).days[0]?.bookings.map((each) => [each.booking, each.clashes]);
    const both = [
      [one.booking, [other.booking]],
      [other.booking, [one.booking]],
    ];
    expect(await seen(head)).toEqual(both);
    expect(await seen(marc)).toEqual(both);
    // He gives way: his own.
    await marc('sets.cancel', { booking: other.booking });
    await exchange();
    expect(await seen(head)).toEqual([[one.booking, []]]);
    expect(await seen(marc)).toEqual([[one.booking, []]]);
  }, 120_000);

  it('see a loan, its end, and the same rooms; two moves apart are both told until somebody says', async () => {
    const { head, marc, meet: exchange, cart, classes, clock } = await apart();
    const until = new Date(clock.now + 60 * MINUTE).toISOString();
    await head('sets.lend', { cart, bays: [4, 5, 6], to: { kind: 'class', class: classes.cp }, until });
    await head('sets.move', { cart, room: 'Salle 2' });
    await marc('sets.move', { cart, room: 'Réserve' });
    await exchange();
    expect((await marc('sets.today', {})).loans).toMatchObject([
      { to: { label: 'CP', mine: true }, state: 'out' },
    ]);
    const rooms = async (ask: typeof head) => {
      const { room } = (await ask('sets.read', { cart })).set;
      return [room?.name, ...(room?.alsoSaid ?? [])].sort();
    };
    expect(await rooms(head)).toEqual(['Réserve', 'Salle 2']);
    expect(await rooms(marc)).toEqual(['Réserve', 'Salle 2']);
    await marc('sets.move', { cart, room: 'Réserve' });
    const [loan] = (await marc('sets.read', { cart })).set.loans;
    if (!loan) throw new Error('no loan');
    await marc('sets.takeBack', { cart, loan: loan.event });
    await exchange();
    expect(await rooms(head)).toEqual(['Réserve']);
    expect((await head('sets.read', { cart })).set.loans).toEqual([]);
  }, 120_000);

  it('that gave one place to two devices show both, and one tap says who is there', async () => {
    const { head, marc, meet: exchange, cart, devices, standing } = await apart();
    const [one, two, three] = devices;
    if (!one || !two || !three) throw new Error('no devices');
    await head('sets.empty', { cart, bay: 1, keep: true });
    await exchange();
    const put = (device: typeof one) => ({ cart, bay: 1, what: { by: 'device' as const, device } });
    await head('sets.place', put(two));
    await marc('sets.place', put(three));
    await exchange();
    const both = await standing();
    expect(both.split(' ')[0]?.split('+').sort()).toEqual(['2', '3']);
    expect(await standing(cart, marc)).toBe(both);
    await marc('sets.settle', { cart, bay: 1, device: three });
    await exchange();
    expect(await standing()).toBe('3 · · 4 5 6 (1 2)');
    expect(await standing(cart, marc)).toBe('3 · · 4 5 6 (1 2)');
  }, 120_000);
});

describe('a lesson with half a cart', () => {
  it('sees the lent computers where they were lent, and not where they come from; the hour gives them back', async () => {
    const { head, marc, meet: exchange, cart, classes, clock, later, OWN_PASSWORD } = await apart();
    // Nothing answers there: a seat stands in the lesson all the same.
    for (const [label, bay] of [['Poste A', 1], ['Poste B', 6]] as const) {
      await head('sets.empty', { cart, bay, keep: false });
      const { device } = await head('connectors.add', { label, by: 'rfb', host: '127.0.0.1', port: 9 });
      await head('sets.place', { cart, bay, what: { by: 'device', device } });
    } // prettier-ignore
    const until = new Date(clock.now + 60 * MINUTE).toISOString();
    await head('sets.lend', { cart, bays: [4, 5, 6], to: { kind: 'class', class: classes.cp }, until });
    await exchange();
    const seats = async (ask: typeof head, classId: typeof classes.cp) => {
      await ask('classroom.open', { class: classId, mode: 'numbered', cart });
      const { lesson } = await ask('classroom.state', {});
      await ask('classroom.close', {});
      return lesson?.seats.map(({ label }) => label).sort();
    };
    expect(await seats(head, classes.cm1)).toEqual(['Poste A']);
    expect(await seats(marc, classes.cp)).toEqual(['Poste B']);
    await later(61 * MINUTE);
    await marc('session.unlock', { by: 'password', password: OWN_PASSWORD });
    expect(await seats(head, classes.cm1)).toEqual(['Poste A', 'Poste B']);
    expect(await seats(marc, classes.cp)).toEqual(['Poste A', 'Poste B']);
  }, 120_000);
});
