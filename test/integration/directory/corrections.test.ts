import { describe, expect, test } from 'vitest';
import type { Id } from '../../../src/domain/id';
import type { PupilDocument } from '../../../src/main/directory/records';
import { extractions, SCHOOL, type Poste } from './poste';
import { MONDAY, quickStart, withSchool } from './quick-class';

describe('pupils put right by hand', () => {
  async function school() {
    const begun = await quickStart();
    return { ...begun, ...(await withSchool(begun)) };
  }
  const named = async (poste: Poste, id: Id<'pupil'>): Promise<PupilDocument | undefined> =>
    (await poste.databases.open('ecole')).get<PupilDocument>(id)?.body;

  test('the class’s teacher corrects a name, the head moves a child and renames a class', async () => {
    const { poste, actor, real } = await school();
    const yann = (await poste.staffNamed('LE FLOCH'))._id as Id<'staff'>;
    const teacher = await poste.actor(yann);
    const [own] = (await poste.people.classes(teacher)).filter(({ mine }) => mine);
    const [first] = own ? await poste.people.pupils(teacher, own.id) : [];
    const [other] = await poste.people.pupils(teacher, real);
    if (!own || !first || !other) throw new Error('no pupils');
    await poste.corrections.pupil(teacher, { pupil: first.id, first: 'Zoé', family: 'Dupré' });
    expect((await named(poste, first.id))?.names).toEqual({ first: 'Zoé', family: 'Dupré' });
    const wrong = { pupil: other.id, first: 'X', family: 'Y' };
    await expect(poste.corrections.pupil(teacher, wrong)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const moved = { pupil: first.id, first: 'Zoé', family: 'Dupré', class: real };
    await expect(poste.corrections.pupil(teacher, moved)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await poste.corrections.pupil(actor, moved);
    expect((await poste.people.pupils(actor, real)).some(({ id }) => id === first.id)).toBe(true);
    await expect(poste.corrections.classLabel(teacher, own.id, 'CM')).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await poste.corrections.classLabel(actor, own.id, 'Les grands');
    expect((await poste.people.classes(actor)).map(({ label }) => label)).toContain('Les grands');
  });

  test('a pupil added by mistake disappears; one of whom something was written has left, and may come back', async () => {
    const { poste, actor, quick, real, pupils } = await school();
    const added = await poste.people.addPupil(actor, { class: real, first: 'Zoé', family: 'Erreur' });
    expect(await poste.corrections.remove(actor, added)).toBe('removed');
    expect(await named(poste, added)).toBeUndefined();
    const [imported] = await poste.people.pupils(actor, real);
    const called = pupils.get('Noe');
    if (!imported || !called) throw new Error('no pupils');
    for (const [id, group] of [
      [imported.id, real],
      [called, quick],
    ] as const) {
      // prettier-ignore
      expect(await poste.corrections.remove(actor, id)).toBe('left');
      expect((await poste.people.pupils(actor, group)).some((pupil) => pupil.id === id)).toBe(false);
      expect(await poste.people.leftPupils(actor, group)).toMatchObject([{ id, leftOn: '2026-11-22' }]);
      expect((await poste.people.roster(actor, group)).entries.some((pupil) => pupil.id === id)).toBe(false);
    }
    const monday = await poste.register.sheet(actor, quick, MONDAY);
    expect(monday.lines.find(({ pupil }) => pupil === called)).toMatchObject({ state: 'late' });
    // Who left is in no later list of missing people, and an extraction does not bring anybody back by itself.
    const run = await poste.imports.dryRun(actor, extractions('actuelle'));
    expect(run.result.absentFromFile.some(({ id }) => id === called)).toBe(false);
    await poste.corrections.returned(actor, imported.id);
    expect(await named(poste, imported.id)).not.toHaveProperty('leftOn');
    expect((await poste.people.pupils(actor, real)).some(({ id }) => id === imported.id)).toBe(true);
  });
});

test('who is signed in sees the name that an import gave them', async () => {
  const begun = await quickStart();
  const { poste } = begun;
  const { head } = await poste.school.create(SCHOOL);
  await poste.session.signIn('window', head, SCHOOL.head.password);
  const ecole = await poste.databases.open('ecole');
  const held = ecole.get(head);
  if (held) await ecole.put({ ...held.body, names: { first: 'Naïma', family: 'BENALI', usage: 'Saint-Cyr-Benali' } }, held.rev); // prettier-ignore
  const before = poste.published.length;
  await poste.accounts.entitleAll();
  await poste.accounts.entitleAll();
  const told = poste.published.slice(before).filter(({ name }) => name === 'session.changed');
  expect(told).toMatchObject([{ payload: { signedIn: { name: 'Naïma Saint-Cyr-Benali' } } }]);
});
