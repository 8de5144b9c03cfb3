import { describe, expect, test } from 'vitest';
import { extractions } from './poste';
import { SEEN, school, childOfTwo, standing, fieldsOf } from './guardians-school';

describe('« qui prévenir »', () => {
  test('is read by the teachers of the class, follows the child, and says nothing to the commune', async () => {
    const found = await school();
    const { head, as, teacher, taught, poste, classes, room, actor } = found;
    const { child, one } = await childOfTwo(found);
    const cards = await as(teacher).contacts(taught);
    expect(cards.length).toBeGreaterThan(5);
    expect(cards.every(({ people }) => people !== undefined)).toBe(true);
    const phone = cards.find(({ pupil }) => pupil === child.id)?.people?.[0]?.phones[0]?.number ?? '';
    expect(phone).toMatch(/^0\d{9}$/);
    // What a parent corrects at the head's desk is there at once.
    await head.call.correct(head.with, {
      guardian: one.id,
      person: { ...fieldsOf(one), phones: { mobile: '0639989898' } },
    });
    const now = (await as(teacher).contacts(taught)).find(({ pupil }) => pupil === child.id);
    expect(JSON.stringify(now)).toContain('0639989898');
    // The child moves; the former class no longer holds the card.
    const to = classes.find(({ id }) => id !== taught);
    if (!to) throw new Error('one class');
    await poste.corrections.pupil(actor, {
      pupil: child.id,
      first: child.first,
      family: child.family,
      class: to.id,
    });
    await room.step();
    expect((await poste.databases.open('suivi', taught)).get(child.id)).toBeUndefined();
    expect((await poste.databases.open('suivi', to.id)).get(child.id)).toBeDefined();
    await poste.corrections.remove(actor, child.id);
    await room.step();
    expect((await poste.databases.open('suivi', to.id)).get(child.id)).toBeUndefined();
    // Nothing that the commune reads names a parent or a number.
    const { guardians } = await head.list();
    const open = ['ecole', 'parc'] as const;
    const read = [
      ...(await Promise.all(open.map((kind) => poste.databases.open(kind)))),
      ...(await Promise.all(classes.map(({ id }) => poste.databases.open('classe', id)))),
    ];
    const changes = await Promise.all(read.map((db) => db.changesSince(0, 10_000)));
    const said = JSON.stringify(changes);
    expect(said).toContain('CM1');
    for (const { email, phones, address } of guardians)
      for (const secret of [email, phones['mobile'], phones['home'], address['street']])
        if (secret) expect(said).not.toContain(secret);
  });

  test('is written by whoever opens the school next where a cut came between', async () => {
    const found = await school();
    const { poste, taught, room } = found;
    const { child, one } = await childOfTwo(found);
    const direction = await poste.databases.open('direction');
    const held = direction.get(one.id);
    if (!held) throw new Error('no record');
    await direction.put({ ...held.body, phones: { mobile: '0639970707' } }, held.rev);
    const suivi = await poste.databases.open('suivi', taught);
    expect(JSON.stringify(suivi.get(child.id))).not.toContain('0639970707');
    await Promise.all([room.step(), room.step(), room.step()]);
    expect(JSON.stringify(suivi.get(child.id))).toContain('0639970707');
    const { lastSeq } = suivi;
    await room.step();
    expect(suivi.lastSeq).toBe(lastSeq);
    // A card is no trace of a child: who was added by mistake still disappears.
    const mistake = await poste.people.addPupil(found.actor, {
      class: taught,
      first: 'Zoé',
      family: 'Erreur',
    });
    await room.step();
    expect(suivi.get(mistake)).toBeDefined();
    expect(await poste.corrections.remove(found.actor, mistake)).toBe('removed');
    await room.step();
    expect(suivi.get(mistake)).toBeUndefined();
  });
});

describe('guardians by hand', () => {
  test('are added, tied to a brother, corrected, untied', async () => {
    const found = await school();
    const { head } = found;
    const { child } = await childOfTwo(found);
    const brother = (await head.list()).children.find(({ id }) => id !== child.id);
    if (!brother) throw new Error('one child');
    const person = { first: 'Jean-Christophe', family: 'de La Tour d’Auvergne', phones: {}, address: {} };
    const { id } = await head.call.add(head.with, { person, pupil: child.id });
    await head.call.link(head.with, { guardian: id, pupil: brother.id });
    await head.call.link(head.with, { guardian: id, pupil: brother.id });
    const look = async () => (await head.list()).guardians.find((one) => one.id === id);
    expect((await look())?.children).toEqual([child.id, brother.id]);
    await head.call.correct(head.with, { guardian: id, person: { ...person, email: 'jc@example.org' } });
    expect((await look())?.email).toBe('jc@example.org');
    await head.call.correct(head.with, { guardian: id, person });
    expect((await look())?.email).toBeUndefined();
    await head.say({
      pupil: child.id,
      guardian: id,
      holds: 'third',
      from: '2026-11-22',
      basis: { kind: 'judgement', seenOn: '2026-11-20' },
    });
    await head.call.unlink(head.with, { guardian: id, pupil: child.id });
    expect((await look())?.children).toEqual([brother.id]);
    // What was said is kept for the day they are tied again.
    await head.call.link(head.with, { guardian: id, pupil: child.id });
    expect(await standing(found, child.id, id)).toMatchObject({ holds: 'third' });
    await expect(head.call.add(head.with, { person, pupil: 'pupil_aaaaaaaaaaaaa' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(
      head.call.correct(head.with, { guardian: 'guardian_aaaaaaaaaaaaa', person }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a child who arrives is written by hand, sealed where it must be', async () => {
    const found = await school();
    const { head, poste, actor, taught } = found;
    const pupil = await poste.people.addPupil(actor, { class: taught, first: 'Zoé', family: 'Arrivante' });
    const record = { birthDate: '2018-03-09', sex: 'F', ine: '123456789AB', grade: 'CE1' } as const;
    await head.call.correctChild(head.with, { pupil, record });
    expect(await head.call.childRecord(head.with, { pupil })).toEqual(record);
    const held = (await poste.databases.open('ecole')).get(pupil)?.body;
    expect(held).toMatchObject({ grade: 'CE1', cycle: 2 });
    expect(JSON.stringify(held)).not.toContain('2018');
    for (const birthDate of ['2027-01-01', '1980-01-01'])
      await expect(head.call.correctChild(head.with, { pupil, record: { birthDate } })).rejects.toMatchObject(
        {
          code: 'BAD_INPUT',
        },
      );
    await head.call.correctChild(head.with, { pupil, record: {} });
    expect(Object.values(await head.call.childRecord(head.with, { pupil })).filter(Boolean)).toEqual([]);
  });

  test('two records of one person are asked, put together, survive the same import, and come apart', async () => {
    const found = await school();
    const { head, poste, actor } = found;
    const { child, one, other } = await childOfTwo(found);
    const twins = async () => (await head.call.twins(head.with, {})).pairs;
    const before = await twins();
    const { id } = await head.call.add(head.with, {
      person: { ...fieldsOf(one), phones: { work: '0199777777' } },
      pupil: child.id,
    });
    const asked = (await twins()).filter(
      (pair) => !before.some((old) => old.one === pair.one && old.other === pair.other),
    );
    expect(asked).toHaveLength(1);
    expect([asked[0]?.one, asked[0]?.other].sort()).toEqual([id, one.id].sort());
    await head.say({ pupil: child.id, guardian: id, holds: 'joint', from: '2026-09-03', basis: SEEN });
    await head.call.merge(head.with, { one: one.id, other: id });
    expect(await twins()).toEqual(before);
    const whole = (await head.list()).guardians.find((adult) => adult.id === one.id);
    expect(whole?.merged.map((record) => record.id)).toEqual([id]);
    expect(whole?.phones['work']).toBe('0199777777');
    // What was said of the other record is said of the person.
    expect(await standing(found, child.id, one.id)).toMatchObject({ holds: 'joint' });
    const run = await poste.imports.dryRun(actor, extractions('actuelle'));
    await poste.imports.apply(actor, run.plan, {});
    expect(
      (await head.list()).guardians
        .filter(({ children }) => children.includes(child.id))
        .map((adult) => adult.id)
        .sort(),
    ).toEqual([one.id, other.id].sort());
    await head.call.separate(head.with, { record: id });
    expect((await head.list()).guardians.some((adult) => adult.id === id)).toBe(true);
    await head.call.notSame(head.with, { one: id, other: one.id });
    expect(await twins()).toEqual(before);
  });
});
