import { describe, expect, test } from 'vitest';
import { ANONYMOUS } from '../../../src/domain/rights/actor';
import { openPoste } from './poste';
import { SEEN, guardiansOf, school, childOfTwo, standing } from './guardians-school';

describe('parental authority', () => {
  test('is to be confirmed after an import, confirmed for a class at once, and taken back; nothing is erased', async () => {
    const found = await school();
    const { head, taught, poste, folder } = found;
    const mine = async () => (await head.list()).children.filter((one) => one.class === taught);
    const pairs = (await mine()).flatMap(({ id, guardians }) =>
      guardians.map((guardian) => ({ pupil: id, guardian: guardian.id })),
    );
    const holds = async () =>
      new Set((await mine()).flatMap(({ guardians }) => guardians.map((one) => one.standing.holds)));
    expect(pairs.length).toBeGreaterThan(10);
    expect(await holds()).toEqual(new Set(['toConfirm']));
    const facts = await head.confirm({ pairs, from: '2026-09-03', basis: SEEN });
    expect(facts).toHaveLength(pairs.length);
    expect(await holds()).toEqual(new Set(['joint']));
    // Asked twice, by an impatient hand or another window: nothing is said twice.
    expect(await head.confirm({ pairs, from: '2026-09-03', basis: SEEN })).toEqual([]);
    const [first] = pairs;
    if (!first) throw new Error('no pair');
    await head.undo(facts);
    expect(await holds()).toEqual(new Set(['toConfirm']));
    const history = await head.history(first.pupil);
    expect(
      history
        .filter(({ guardian }) => guardian === first.guardian)
        .map(({ holds, living }) => [holds, living])
        .sort(),
    ).toEqual([
      ['joint', false],
      ['undone', false],
    ]);
    expect(history[0]?.by).toBe('Naïma SAINT-CYR');
    await expect(head.undo(facts)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // And after the computer was switched off.
    await poste.close();
    const again = await openPoste(folder);
    await again.school.refresh();
    const { as } = guardiansOf(again);
    const later = as(await again.actor(found.actor.kind === 'staff' ? found.actor.personId : 'staff_x'));
    expect(await later.history(first.pupil)).toEqual(history);
  });

  test('of a judgement: letters and calls follow its dates, what was before stays', async () => {
    const found = await school();
    const { head, as, teacher, taught, poste } = found;
    const { child, one, other } = await childOfTwo(found);
    await head.confirm({
      pairs: [one, other].map(({ id }) => ({ pupil: child.id, guardian: id })),
      from: '2026-09-03',
      basis: SEEN,
    });
    const basis = { kind: 'judgement', seenOn: '2026-11-20' } as const;
    await head.say({
      pupil: child.id,
      guardian: other.id,
      holds: 'none',
      from: '2026-11-22',
      until: '2027-02-01',
      basis,
    });
    await head.say({
      pupil: child.id,
      guardian: one.id,
      holds: 'alone',
      from: '2026-11-22',
      until: '2027-02-01',
      basis,
    });
    expect(await standing(found, child.id, other.id)).toMatchObject({
      holds: 'none',
      receives: false,
      basis,
    });
    const card = async () => (await as(teacher).contacts(taught)).find(({ pupil }) => pupil === child.id);
    expect((await card())?.people?.map(({ name }) => name)).toEqual([one.name]);
    const named = (await head.letters([taught], 'person')).flatMap(({ names }) => names);
    expect(named).toContain(one.name);
    expect(named).not.toContain(other.name);
    // Who is to know of the child all the same gets a letter, and signs nothing.
    await head.say({
      pupil: child.id,
      guardian: other.id,
      holds: 'none',
      receives: true,
      from: '2026-11-22',
      until: '2027-02-01',
      basis,
    });
    const letters = await head.letters([taught], 'person');
    const letterOf = (name: string) => letters.find(({ names }) => names.includes(name));
    expect(letterOf(other.name)?.signers).toEqual([]);
    expect(letterOf(one.name)?.signers).toEqual([one.name]);
    // In February it is over: what was said in September holds again.
    poste.clock.now = Date.UTC(2027, 1, 1, 9);
    await found.room.step();
    expect(await standing(found, child.id, other.id)).toMatchObject({ holds: 'joint' });
    expect((await card())?.people).toHaveLength(2);
  });

  test('refuses what does not go together, and what is not the head’s to say', async () => {
    const found = await school();
    const { head, as, teacher, taught } = found;
    const { child, one } = await childOfTwo(found);
    const stranger = (await head.list()).guardians.find(({ children }) => !children.includes(child.id));
    if (!stranger) throw new Error('nobody else');
    const said = {
      pupil: child.id,
      guardian: one.id,
      holds: 'joint',
      from: '2026-11-22',
      basis: SEEN,
    } as const;
    await expect(head.say({ ...said, until: '2026-11-22' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(head.say({ ...said, basis: { kind: 'judgement' } })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await expect(head.say({ ...said, guardian: stranger.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(
      await head.confirm({
        pairs: [{ pupil: child.id, guardian: stranger.id }],
        from: '2026-11-22',
        basis: SEEN,
      }),
    ).toEqual([]);
    const theirs = as(teacher);
    const refused = { code: 'FORBIDDEN' };
    await expect(theirs.list()).rejects.toMatchObject(refused);
    await expect(theirs.say(said)).rejects.toMatchObject(refused);
    await expect(theirs.history(child.id)).rejects.toMatchObject(refused);
    await expect(theirs.letters([taught])).rejects.toMatchObject(refused);
    await expect(theirs.call.portalIssue(theirs.with, { guardians: [one.id] })).rejects.toMatchObject(
      refused,
    );
    const other = found.classes.find(({ id, mine }) => id !== taught && !mine && id);
    if (!other) throw new Error('one class');
    await expect(theirs.contacts(other.id)).rejects.toMatchObject(refused);
    await expect(as(ANONYMOUS).contacts(taught)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  test('written apart by two heads is to be confirmed, and settled by one more word', async () => {
    const found = await school();
    const { head, poste } = found;
    const { child, one } = await childOfTwo(found);
    const said = { pupil: child.id, guardian: one.id, from: '2026-09-03', basis: SEEN } as const;
    await head.say({ ...said, holds: 'joint' });
    // As it comes from the other head's computer, which had not heard of the first.
    const direction = await poste.databases.open('direction');
    const [fact] = direction.all('authority');
    if (!fact) throw new Error('no fact');
    await direction.putAll([
      { ...fact.body, _id: 'event_aaaaaaaaaaaaa', holds: 'alone' },
      // What a damaged or hostile document says is nothing at all.
      { ...fact.body, _id: 'event_bbbbbbbbbbbbb', holds: 'everything' },
      { ...fact.body, _id: 'event_ccccccccccccc', from: 'hier' },
      { _id: 'event_ddddddddddddd', type: 'authority', v: 1, pupil: child.id },
      { ...fact.body, _id: 'event_eeeeeeeeeeeee', v: 2, holds: 'none' },
    ]);
    expect(await standing(found, child.id, one.id)).toMatchObject({ holds: 'toConfirm', disputed: true });
    await head.say({ ...said, holds: 'alone' });
    expect(await standing(found, child.id, one.id)).toMatchObject({ holds: 'alone', disputed: false });
  });
});
