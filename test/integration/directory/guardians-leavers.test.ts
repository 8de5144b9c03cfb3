import { describe, expect, test } from 'vitest';
import { forgetLeavers } from '../../../src/main/years/leavers';
import { SEEN, school, childOfTwo, standing, fieldsOf } from './guardians-school';

describe('a child who left the school', () => {
  test('takes along what was said of its parents, but nothing of a brother who stays', async () => {
    const found = await school();
    const { head, poste, actor } = found;
    const { child, one, other } = await childOfTwo(found);
    const direction = await poste.databases.open('direction');
    // One parent is written twice, and answers for the brother by the second record alone.
    const brother = (await head.list()).children.find(
      ({ guardians }) => !guardians.some(({ id }) => id === one.id),
    );
    if (!brother) throw new Error('no other child');
    const { id } = await head.call.add(head.with, { person: fieldsOf(one), pupil: brother.id });
    await head.call.merge(head.with, { one: one.id, other: id });
    for (const pupil of [child.id, brother.id])
      await head.say({ pupil, guardian: one.id, holds: 'joint', from: '2026-09-03', basis: SEEN });
    await head.say({ pupil: child.id, guardian: other.id, holds: 'joint', from: '2026-09-03', basis: SEEN });
    await head.call.portalAddress(head.with, { address: 'https://familles.example.org/' });
    await head.call.portalIssue(head.with, { guardians: [one.id, other.id] });
    for (const pupil of new Set([...one.children, ...other.children]))
      await poste.corrections.remove(actor, pupil);
    await forgetLeavers({ databases: poste.databases }, '2027-03-01');
    const kept = (type: string, field: string): unknown[] =>
      direction.all(type).map(({ body }) => body[field]);
    expect(kept('authority', 'pupil')).toEqual([brother.id]);
    expect(kept('portalFact', 'guardian')).toEqual([one.id]);
    expect(direction.get(other.id)).toBeUndefined();
    expect(await standing(found, brother.id, one.id)).toMatchObject({ holds: 'joint' });
  });
});
