import { describe, expect, onTestFinished, test } from 'vitest';
import type { Id } from '../../../src/domain/id';
import { ANONYMOUS, type Actor } from '../../../src/domain/rights/actor';
import type { Timers } from '../../../src/main/cart/timers';
import { openGuardians } from '../../../src/main/directory/guardians-routes';
import { verifierOf, CODE_BYTES } from '../../../src/main/directory/portal-code';
import { forgetLeavers } from '../../../src/main/years/leavers';
import { parsePrintedCode } from '../../../src/store/recovery-code';
import { createSchool, extractions, openPoste, temporaryFolder, type Poste } from './poste';

/** Nothing happens by itself: tests ask for each step. */
const STILL: Timers = { now: () => 0, after: () => () => undefined };
const SEEN = { kind: 'enrolment', seenOn: '2026-09-03' } as const;

function guardiansOf(poste: Poste) {
  const { platform, databases, keyring } = poste;
  const room = openGuardians({ platform, databases, keyring, timeZone: () => 'Europe/Paris', timers: STILL });
  onTestFinished(() => room.close());
  const as = (actor: Actor) => {
    const call = { actor, connection: 'window' };
    const { handlers } = room;
    return {
      list: async () => handlers.list(call, {}),
      say: async (input: Parameters<typeof handlers.say>[1]) => (await handlers.say(call, input)).fact,
      confirm: async (input: Parameters<typeof handlers.confirm>[1]) =>
        (await handlers.confirm(call, input)).facts,
      undo: async (facts: Id<'event'>[]) => handlers.undo(call, { facts }),
      history: async (pupil: Id<'pupil'>) => (await handlers.history(call, { pupil })).facts,
      contacts: async (group: Id<'class'>) => (await handlers.contacts(call, { class: group })).children,
      letters: async (classes: Id<'class'>[], per: 'household' | 'person' = 'household') =>
        (await handlers.letters(call, { classes, per })).letters,
      call: handlers,
      with: call,
    };
  };
  return { room, as };
}

/** The school of the fixtures, imported; its head, and the teacher of a class. */
async function school() {
  const folder = await temporaryFolder();
  const made = await createSchool(folder);
  const { poste, actor } = made;
  const run = await poste.imports.dryRun(actor, extractions('actuelle'));
  await poste.imports.apply(actor, run.plan, {});
  const { room, as } = guardiansOf(poste);
  await room.step();
  const teacher = await poste.actor((await poste.staffNamed('LE FLOCH'))._id as Id<'staff'>);
  const classes = await poste.people.classes(actor);
  const taught = (await poste.people.classes(teacher)).find(({ mine }) => mine);
  if (!taught) throw new Error('the teacher has no class');
  return { ...made, folder, room, as, head: as(actor), teacher, classes, taught: taught.id };
}
type School = Awaited<ReturnType<typeof school>>;

/** A child of the class with two parents at different or equal addresses. */
async function childOfTwo({ head, taught }: School) {
  const { children, guardians } = await head.list();
  const child = children.find((one) => one.class === taught && one.guardians.length === 2);
  const [one, other] = child?.guardians.map(({ id }) => guardians.find((adult) => adult.id === id)) ?? [];
  if (!child || !one || !other) throw new Error('no child with two guardians');
  return { child, one, other };
}
const standing = async ({ head }: School, pupil: string, guardian: string) =>
  (await head.list()).children.find(({ id }) => id === pupil)?.guardians.find(({ id }) => id === guardian)
    ?.standing;
const fieldsOf = ({
  civility,
  first,
  family,
  phones,
  address,
}: Awaited<ReturnType<typeof childOfTwo>>['one']) => ({
  civility,
  first,
  family,
  phones,
  address,
});

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

describe('letters for the portal', () => {
  test('hold a code that is kept nowhere, that expires, is replaced, is used once, is taken away', async () => {
    const found = await school();
    const { head, poste, room, taught } = found;
    const { child, one, other } = await childOfTwo(found);
    const issue = async (...guardians: Id<'guardian'>[]) =>
      (await head.call.portalIssue(head.with, { guardians })).letters;
    const state = async () =>
      (await head.call.portal(head.with, {})).accesses.find(({ guardian }) => guardian === one.id)?.state;
    await expect(issue(one.id)).rejects.toMatchObject({ code: 'PORTAL_ADDRESS_MISSING' });
    await head.call.portalAddress(head.with, { address: 'https://familles.valombreuse.example/' });
    const [letter] = await issue(one.id, one.id);
    if (!letter) throw new Error('no letter');
    expect(letter.code).toMatch(/^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/);
    expect(letter.link).toBe(`https://familles.valombreuse.example/#activer=${letter.code}`);
    expect(letter.children.map(({ name }) => name)).toContain(child.name);
    expect(await state()).toBe('waiting');

    const ecole = await poste.databases.open('ecole');
    const access = () => ecole.all('portalAccess').map(({ body }) => body);
    const [published, ...more] = access();
    expect(more).toEqual([]);
    const verifier = verifierOf(published?._id as Id<'portal'>, parsePrintedCode(letter.code, CODE_BYTES));
    expect(published?.['codes']).toEqual([{ verifier, expiresAt: letter.expiresAt }]);
    const direction = await poste.databases.open('direction');
    const everything = JSON.stringify([
      await ecole.changesSince(0, 10_000),
      await direction.changesSince(0, 10_000),
    ]);
    expect(everything).not.toContain(letter.code);
    expect(JSON.stringify(published)).not.toContain(one.id);
    expect(JSON.stringify(published)).not.toContain(one.family);

    // Another letter: the first opens nothing any more.
    const [second] = await issue(one.id);
    expect(second?.code).not.toBe(letter.code);
    expect(JSON.stringify(access())).not.toContain(verifier);
    // The portal says that it served (its own work; the door is here).
    const used = verifierOf(published?._id as Id<'portal'>, parsePrintedCode(second?.code ?? '', CODE_BYTES));
    await ecole.putAll([{ _id: 'event_aaaaaaaaaaaaa', type: 'portalUsed', v: 1, verifier: used }]);
    await room.step();
    expect(await state()).toBe('used');
    expect(access()).toMatchObject([{ children: [...one.children].sort(), codes: [] }]);
    // Taken away; a stranger's code would not come back by being issued to the other parent.
    await head.call.portalRevoke(head.with, { guardian: one.id });
    expect(await state()).toBe('revoked');
    expect(access()).toEqual([]);
    await expect(head.call.portalRevoke(head.with, { guardian: one.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await issue(one.id, other.id);
    expect(access()).toHaveLength(2);
    poste.clock.now += 43 * 24 * 3_600_000;
    await room.step();
    expect(await state()).toBe('expired');
    expect(access().flatMap((body) => body['codes'])).toEqual([]);

    // A parent who gets no letters gets none of these.
    await head.say({
      pupil: child.id,
      guardian: other.id,
      holds: 'none',
      from: '2026-11-22',
      basis: { kind: 'judgement', seenOn: '2026-11-20' },
    });
    for (const brother of other.children.filter((id) => id !== child.id))
      await head.say({
        pupil: brother,
        guardian: other.id,
        holds: 'none',
        from: '2026-11-22',
        basis: { kind: 'judgement', seenOn: '2026-11-20' },
      });
    await expect(issue(other.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(access()).toHaveLength(1);
    expect((await head.letters([taught], 'person')).length).toBeGreaterThan(5);
  });
});

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
