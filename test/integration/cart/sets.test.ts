import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, outcome } from '../rights/school';
import { freshId, setsSchool, TODAY } from './sets-school';

describe('a set of devices', () => {
  it('is a container or none, of one to thirty, in a room; a pack is two boxes of several kinds', async () => {
    const { head, cart } = await setsSchool();
    const tablets = freshId('cart');
    await head('sets.create', { cart: tablets, name: 'Trois tablettes', bays: 3, container: 'none' });
    await head('sets.create', { cart: tablets, name: 'Trois tablettes', bays: 3, container: 'none' });
    const pack = freshId('cart');
    await head('sets.create', { cart: pack, name: 'Pack', bays: 12, container: 'trunk', boxes: [8, 4] });
    const { sets } = await head('sets.list', {});
    expect(sets.map(({ name, bays, container, boxes, room }) => [name, bays, container, boxes, room?.name])).toEqual([
      ['Armoire', 2, 'cabinet', [2], undefined],
      ['Pack', 12, 'trunk', [8, 4], undefined],
      ['Trois tablettes', 3, 'none', [3], undefined],
      ['Valise bleue', 6, 'suitcase', [6], 'Salle 1'],
    ]); // prettier-ignore
    expect(sets.find(({ id }) => id === cart)?.devices).toEqual({ tablet: 5, computer: 1 });
    for (const bays of [0, 31, 1.5])
      expect(await outcome(head('sets.create', { cart: freshId('cart'), name: 'x', bays }))).toBe(
        'BAD_INPUT',
      );
    expect(await outcome(head('sets.create', { cart: freshId('cart'), name: 'x', bays: 10, boxes: [3, 3] }))).toBe('BAD_INPUT'); // prettier-ignore
  });

  it('never loses a place that is taken without asking, and comes back with « Annuler »', async () => {
    const { head, cart, standing } = await setsSchool();
    const { set } = await head('sets.read', { cart });
    const smaller = { cart, rev: set.rev, name: 'Valise', bays: 4 };
    const asked = await head('sets.edit', smaller);
    expect(asked).toMatchObject({
      outcome: 'placesTaken',
      devices: [{ label: 'Tablette 5' }, { label: 'Tablette 6' }],
    });
    expect(await standing()).toBe('1 2 3 4 5 6');
    const done = await head('sets.edit', { ...smaller, unplace: true });
    if (done.outcome !== 'done') throw new Error(done.outcome);
    expect(await standing()).toBe('1 2 3 4 (5 6)');
    // Somebody else has changed it meanwhile: what was on this screen is not written over.
    expect(await outcome(head('sets.edit', { ...smaller, unplace: true }))).toBe('CONFLICT');
    await head('sets.edit', { cart, rev: done.rev, name: set.name, bays: 6, container: 'suitcase' });
    await head('sets.putBack', { before: done.before });
    expect(await standing()).toBe('1 2 3 4 5 6');
  });

  it('is removed with what becomes of its devices, and restored', async () => {
    const { head, cart, other, standing } = await setsSchool();
    const { before } = await head('sets.remove', { cart, to: other });
    expect(await standing(other)).toBe('1 2 (3 4 5 6)');
    expect(await outcome(head('sets.read', { cart }))).toBe('NOT_FOUND');
    expect((await head('cart.list', {})).carts.map(({ name }) => name)).toEqual(['Armoire']);
    await head('sets.restore', { cart, before });
    expect([await standing(), await standing(other)]).toEqual(['1 2 3 4 5 6', '· ·']);
    const again = await head('sets.remove', { cart });
    expect((await head('inventory.list', {})).devices.every((one) => one.cart === undefined)).toBe(true);
    await head('sets.restore', { cart, before: again.before });
    expect((await head('sets.read', { cart })).set.room?.name).toBe('Salle 1');
  });
});

describe('placing', () => {
  it('follows the labels scanned one after the other, says what is wrong at once, and takes the last one back', async () => {
    const { head, cart, other, devices, standing } = await setsSchool();
    await head('inventory.addAccessory', { label: 'Casque 1', kind: 'headset', serial: 'CASQUE1' });
    const scan = (bay: number, text: string, run: typeof devices = []) =>
      head('sets.place', { cart, bay, what: { by: 'scan', text }, run });
    const [one, two] = devices;
    if (!one || !two) throw new Error('no devices');
    const first = await scan(1, 'SETS0002');
    expect(first).toMatchObject({ outcome: 'placed', label: 'Tablette 2', displaced: ['Tablette 1'] });
    expect(await scan(2, 'tablette 2', [two])).toMatchObject({ outcome: 'duplicate', bay: 1 });
    expect(await scan(2, 'PERDU')).toEqual({ outcome: 'unknown' });
    expect(await scan(2, 'CASQUE1')).toEqual({ outcome: 'notADevice', label: 'Casque 1' });
    expect((await scan(2, 'tablette')).outcome).toBe('several');
    // As a French keyboard types what an American scanner sends.
    expect(await scan(2, 'SETSààà&', [two])).toMatchObject({ outcome: 'placed', label: 'Tablette 1' });
    expect(await standing()).toBe('2 1 3 4 5 6');
    if (first.outcome !== 'placed') throw new Error(first.outcome);
    await head('sets.swap', { cart, a: 1, b: 2 });
    expect(await standing()).toBe('1 2 3 4 5 6');
    const elsewhere = { cart: other, bay: 1, what: { by: 'device' as const, device: one } };
    expect(await head('sets.place', elsewhere)).toMatchObject({
      outcome: 'elsewhere',
      cartName: 'Valise bleue',
      bay: 1,
    });
    const taken = await head('sets.place', { ...elsewhere, evenFromElsewhere: true });
    if (taken.outcome !== 'placed') throw new Error(taken.outcome);
    expect([await standing(), await standing(other)]).toEqual(['· 2 3 4 5 6', '1 ·']);
    await head('sets.putBack', { before: taken.before });
    expect([await standing(), await standing(other)]).toEqual(['1 2 3 4 5 6', '· ·']);
    expect(await outcome(scan(7, 'SETS0001'))).toBe('NOT_FOUND');
  });

  it('empties a place, moves to an empty one, and lets a retired device nowhere', async () => {
    const { head, cart, devices, standing } = await setsSchool();
    const [one] = devices;
    if (!one) throw new Error('no device');
    await head('sets.empty', { cart, bay: 1, keep: true });
    expect(await standing()).toBe('· 2 3 4 5 6 (1)');
    await head('sets.swap', { cart, a: 2, b: 1 });
    expect(await standing()).toBe('2 · 3 4 5 6 (1)');
    const { before } = await head('sets.leave', { cart, device: one });
    expect(await standing()).toBe('2 · 3 4 5 6');
    await head('sets.putBack', { before });
    await head('inventory.setState', { of: one, state: 'retired' });
    expect((await head('sets.place', { cart, bay: 2, what: { by: 'device', device: one } })).outcome).toBe(
      'retired',
    );
  });

  it('two scans at once are two places, and no device is lost', async () => {
    const { head, cart, devices, standing } = await setsSchool();
    await Promise.all(
      devices.map((device, at) =>
        head('sets.place', { cart, bay: 6 - at, what: { by: 'device', device }, run: devices.slice(0, at) }),
      ),
    );
    expect(await standing()).toBe('6 5 4 3 2 1');
  });

  it('tells the tablets of a cable and the places of a hub, and nothing where nothing speaks', async () => {
    const { head, cart } = await setsSchool();
    expect(await head('sets.plugged', { cart })).toEqual({ bays: [], tablets: [] });
  });
});

describe('half a cart lent to the next class', () => {
  it('is refused twice, awaited at its hour, back by a word or by putting away, and written down', async () => {
    const { head, cart, classes, clock, later } = await setsSchool();
    const lend = (bays: number[], minutes: number) =>
      head('sets.lend', {
        cart,
        bays,
        to: { kind: 'class', class: classes.cp },
        until: new Date(clock.now + minutes * MINUTE).toISOString(),
      });
    clock.now += MINUTE;
    expect((await lend([1], -1)).outcome).toBe('past');
    const done = await lend([4, 5, 6], 60);
    if (done.outcome !== 'done') throw new Error(done.outcome);
    expect(await lend([6], 10)).toMatchObject({
      outcome: 'lent',
      loans: [{ bays: [4, 5, 6], state: 'out' }],
    });
    const states = async () =>
      (await head('sets.read', { cart })).presence.map(({ presence }) => presence).join(' ');
    expect(await states()).toBe('unknown unknown unknown lent lent lent');
    await later(HOUR);
    expect(await states()).toBe('unknown unknown unknown overdue overdue overdue');
    expect((await head('sets.today', {})).loans).toMatchObject([{ state: 'overdue', to: { label: 'CP' } }]);
    const { event } = await head('sets.takeBack', { cart, loan: done.event });
    expect((await head('sets.read', { cart })).set.loans).toEqual([]);
    await head('sets.undo', { cart, event });
    expect((await head('sets.read', { cart })).set.loans).toHaveLength(1);
    await head('cart.putAway', { cart, unplugged: [], missing: [] });
    expect(await states()).toBe('in in in in in in');
    await head('sets.move', { cart, room: 'Salle 2' });
    const { journal, set } = await head('sets.read', { cart });
    expect(journal.map(({ kind, by }) => [kind, by])).toEqual([
      ['moved', 'Hélène Aubry'],
      ['lent', 'Hélène Aubry'],
      ['moved', 'Hélène Aubry'],
    ]);
    expect(set.room).toMatchObject({ name: 'Salle 2', alsoSaid: [] });
  });
});

describe('a bookable cart', () => {
  it('is booked by any teacher, refused where it is taken, given back by who booked or by the head', async () => {
    const { head, people, classes, teacher, booked, cart } = await setsSchool();
    const claire = await teacher(people.claire, 'claire');
    const marc = await teacher(people.marc, 'marc');
    const weekly = booked({ weeklyUntil: '2026-12-14', note: 'Géométrie' });
    expect(await claire('sets.book', weekly)).toEqual({ outcome: 'done' });
    expect(await claire('sets.book', weekly)).toEqual({ outcome: 'done' });
    const cp = { kind: 'class', class: classes.cp };
    const refused = await marc('sets.book', booked({ for: cp, date: '2026-12-07', from: 630, to: 690 }));
    expect(refused).toMatchObject({
      outcome: 'taken',
      count: 1,
      by: [{ date: '2026-12-07', by: 'Claire Roche', note: 'Géométrie', mayCancel: false }],
    });
    expect(await marc('sets.book', booked({ for: cp, from: 660, to: 700 }))).toEqual({ outcome: 'done' });
    expect((await marc('sets.book', booked({ for: cp, date: '2026-11-20' }))).outcome).toBe('refused');
    const { days } = await marc('sets.week', { day: TODAY, cart });
    expect(days[0]?.bookings.map((one) => [one.for.label, one.start, one.mine, one.clashes])).toEqual([
      ['CM1', 600, false, []],
      ['CP', 660, true, []],
    ]);
    expect(await outcome(marc('sets.cancel', { booking: weekly.booking }))).toBe('FORBIDDEN');
    await claire('sets.cancel', { booking: weekly.booking, day: '2026-11-30' });
    expect((await head('sets.week', { day: '2026-11-30' })).days.flatMap(({ bookings }) => bookings)).toEqual(
      [],
    );
    await head('sets.cancel', { booking: weekly.booking });
    expect((await head('sets.week', { day: '2026-12-07' })).days.flatMap(({ bookings }) => bookings)).toEqual(
      [],
    );
  });

  it('two who ask at once for the same hour: one has it', async () => {
    const { head, booked } = await setsSchool();
    const answers = await Promise.all([0, 1, 2].map(() => head('sets.book', booked())));
    expect(answers.map(({ outcome: said }) => said).sort()).toEqual(['done', 'taken', 'taken']);
  });

  it('is free now, or booked until; by halves both at once', async () => {
    const { head, cart, booked, later } = await setsSchool();
    const now = async () => (await head('sets.list', {})).sets.find(({ id }) => id === cart);
    expect(await now()).toMatchObject({ free: [1, 2, 3, 4, 5, 6], going: [], next: null });
    await head('sets.book', booked({ bays: [1, 2, 3] }));
    expect((await head('sets.book', booked({ bays: [4, 5, 6], from: 630 }))).outcome).toBe('done');
    expect((await now())?.next).toMatchObject({ start: 600 });
    await later(3 * HOUR + 15 * MINUTE);
    expect(await now()).toMatchObject({
      free: [4, 5, 6],
      going: [{ bays: [1, 2, 3] }],
      next: { start: 630 },
    });
    // What is charged for is what is still to come.
    expect(await head('charging.tonight', { cart })).toMatchObject({
      why: 'booking',
      wantedAt: Date.parse(`${TODAY}T09:30:00.000Z`),
    });
  });

  it('is booked by an after-school leader out of school hours, under a convention that the head signs', async () => {
    const school = await setsSchool();
    const { head, booked, cart } = school;
    const study = (change: object) => booked({ for: { kind: 'activity', name: 'Étude' }, ...change });
    const order = { role: 'facilitator' as const, classes: [], until: undefined, replaces: undefined };
    const { person, password } = await head('rights.delegate', {
      ...school.order(),
      ...order,
      person: { kind: 'new', first: 'Sami', family: 'Haddad' },
      from: school.local(school.clock.now),
      until: school.local(school.clock.now + 30 * 24 * HOUR),
    });
    expect(await outcome(school.enter('sami', person, password?.password ?? ''))).not.toBe('done');
    await head('rights.signConvention', { from: TODAY, signedBy: 'M. le maire' });
    const sami = await school.enter('sami', person, password?.password ?? '');
    expect(await sami('sets.book', study({}))).toEqual({ outcome: 'refused', why: 'schoolHours' });
    const evening = study({ from: 16 * 60 + 30, to: 18 * 60 });
    expect(await sami('sets.book', evening)).toEqual({ outcome: 'done' });
    const { days } = await sami('sets.week', { day: TODAY });
    expect(days[0]?.bookings).toMatchObject([{ for: { label: 'Étude' }, convention: true, mine: true }]);
    expect(JSON.stringify(days)).not.toMatch(/Haddad|Aubry/);
    expect(await outcome(sami('sets.read', { cart }))).toBe('FORBIDDEN');
    await sami('sets.cancel', { booking: evening.booking });
  });
});
