import { describe, expect, it } from 'vitest';
import { DAY } from '../rights/school';
import { groupsSchool } from '../groups/school';

/** Rows of docs/requirements that no other test shows. */
describe('The directory of the school (SDET PBL, GRP; CARINE ANN, REC)', () => {
  it('is searched by name, accents or not, by who may read it, and shows names, roles and classes only', async () => {
    const school = await groupsSchool();
    const claire = await school.signIn(school.people.claire, 'claire');
    const { people } = await claire('search.people', { query: 'lebœuf mael' });
    expect(people).toEqual([
      { kind: 'pupil', id: school.sent[5], name: 'Maël Lebœuf', class: { id: school.ce2, label: 'CE2' } },
    ]); // prettier-ignore
    const { people: staff } = await claire('search.people', { query: 'petit marc' });
    expect(staff[0]).toEqual({
      kind: 'staff',
      id: school.people.marc,
      name: 'Marc Petit',
      roles: ['teacher'],
      classes: [{ id: school.classes.cp, label: 'CP' }],
    });
    // A parent is found by the head alone.
    const address = { street: '3 rue des Glycines', postcode: '39990', city: 'Valombreuse' };
    await school.head('guardians.add', {
      pupil: school.zoé,
      person: { first: 'Solène', family: 'Vasseur', phones: { mobile: '0639980199' }, address },
    });
    expect((await claire('search.people', { query: 'vasseur' })).people).toEqual([]);
    const found = (await school.head('search.people', { query: 'vasseur' })).people;
    expect(found).toMatchObject([{ kind: 'guardian', children: [{ id: school.zoé }] }]);
    expect(JSON.stringify(found)).not.toMatch(/Glycines|0639980199/);
  });

  it('holds groups of children of several classes until their last day, their owner’s and the head’s to change', async () => {
    const school = await groupsSchool();
    const { date } = school.local(school.clock.now);
    const claire = await school.signIn(school.people.claire, 'claire');
    const marc = await school.signIn(school.people.marc, 'marc');
    const [léa] = school.sent;
    if (!léa) throw new Error('nobody');
    const order = { leaves: [], name: 'Lecture', kind: 'needs' as const, staff: [], lastDay: date };
    // Only one's own pupils; a head takes anybody's.
    await expect(claire('groups.save', { ...order, pupils: [school.zoé, léa] })).rejects.toThrow('FORBIDDEN');
    const own = await claire('groups.save', { ...order, pupils: [school.zoé] });
    const change = { ...order, id: own.id, leaves: [own.rev], name: 'Autre', pupils: [school.zoé] };
    await expect(marc('groups.save', change)).rejects.toThrow('FORBIDDEN');
    expect((await marc('groups.list', {})).groups).toEqual([]);
    await school.head('groups.save', { ...change, pupils: [school.zoé, léa], staff: [school.people.marc] });
    const [seen] = (await marc('groups.list', {})).groups;
    expect(seen).toMatchObject({ name: 'Autre', mine: false, over: false });
    expect(seen?.pupils.map((pupil) => pupil.class).sort()).toEqual(['CE2', 'CM1']);
    school.clock.now += DAY;
    await school.unlock();
    expect((await school.head('groups.list', {})).groups).toMatchObject([{ over: true }]);
  });
});
