import { cp } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Id } from '../../../src/domain/id';
import type { Actor } from '../../../src/domain/rights/actor';
import { createMergeService } from '../../../src/main/directory/merge-service';
import type { AudienceDatabase, DocumentBody } from '../../../src/store/port';
import { extractions, openPoste, SCHOOL, temporaryFolder, type Poste } from './poste';
import { decided, failingAfter, MONDAY, quickStart, withSchool, type Begun } from './quick-class';

async function all(db: AudienceDatabase): Promise<DocumentBody[]> {
  const ids = new Set((await db.changesSince(0, 10_000)).map(({ id }) => id));
  return [...ids].sort().flatMap((id) => db.get(id)?.body ?? []);
}

/** Nothing lost, nothing twice: what the school reads when the two classes are one. */
async function expectOne(poste: Poste, head: Actor, begun: Begun, real: Id<'class'>): Promise<void> {
  const groups = await poste.people.classes(head);
  expect(groups.map(({ label }) => label)).toEqual(['CP', 'CE1-CE2', 'CM1-CM2']);
  expect(groups.find(({ id }) => id === real)?.mine).toBe(true);
  const pupils = await poste.people.pupils(head, real);
  const firsts = pupils.map(({ first }) => first);
  expect(firsts.filter((name) => ['Éliott', 'Yanis', 'Noé', 'Axel'].includes(name)).sort()).toEqual(
    ['Axel', 'Yanis', 'Noé', 'Éliott'].sort(),
  );
  expect(firsts.filter((name) => name === 'Sacha')).toHaveLength(2);
  expect(firsts.filter((name) => name === 'Chloris')).toHaveLength(1);
  expect(firsts).not.toContain('Zébulon');
  expect(pupils.filter(({ family }) => family === '').map(({ first }) => first)).toEqual(['Chloris']);
  expect((await poste.people.leftPupils(head, real)).map(({ name }) => name)).toEqual(['Zébulon']);

  const sheet = await poste.register.sheet(head, real, MONDAY);
  const line = (first: string) =>
    sheet.lines.find(({ pupil, name }) => name === first || pupil === begun.pupils.get(first));
  expect(sheet.done).toBeDefined();
  expect(line('Noé')).toMatchObject({ state: 'late', corrections: 1, rivals: [] });
  expect(line('Zébulon')).toMatchObject({ state: 'absent' });
  expect(line('Chloris')).toMatchObject({ state: 'late' });
  expect(line('Yanis')).toMatchObject({ state: 'present' });
  expect(await poste.homework.list(head, real)).toMatchObject([{ subject: 'Poésie', text: 'Le cancre' }]);
  expect(await poste.plans.list(head, real)).toMatchObject([{ title: 'Lundi', text: 'Dictée' }]);

  const yanis = pupils.find(({ first }) => first === 'Yanis')?.id;
  const base = await poste.databases.open('classe', real);
  expect(base.get('handin_aaaaaaaaaaaaa')?.body['pupils']).toEqual([yanis]);
  expect(base.get('lesson_aaaaaaaaaaaaa')?.body['class']).toBe(real);
  expect(await poste.merges.mergeable(head)).toEqual([]);
}

describe('a class opened without a file becomes one with the school’s', () => {
  test('nothing is lost, nothing shown twice, after a restart too; done again it changes nothing', async () => {
    const begun = await quickStart();
    const { poste, quick, folder } = begun;
    const { actor, head, real } = await withSchool(begun);
    expect(await poste.merges.mergeable(actor)).toMatchObject([
      { id: quick, label: 'Ma classe', begun: false, into: [{ id: real, found: 4 }, {}, {}] },
    ]);
    const before = await all(await poste.databases.open('classe', quick));
    const { seq } = await poste.counts();
    const plan = await poste.merges.plan(actor, quick, real);
    expect((await poste.counts())['seq']).toBe(seq);
    expect(plan.moves).toEqual({ homework: 1, plans: 1, rolls: 1, work: 1 });
    expect(plan.pupils.find(({ name }) => name === 'Sacha')?.candidates).toHaveLength(2);
    expect(plan.pupils.find(({ name }) => name === 'Sacha')?.to).toBeUndefined();

    const input = { from: quick, into: real, pairs: decided(plan, begun) };
    expect(await poste.merges.merge(actor, input)).toEqual({ documents: before.length });
    // What stood in the old base stands there still, to the letter.
    expect(await all(await poste.databases.open('classe', quick))).toEqual(before);
    await expectOne(poste, await poste.actor(head), begun, real);
    await poste.close();

    const again = await openPoste(folder);
    await again.session.signIn('window', head, SCHOOL.head.password);
    const actorNow = again.sessions.actorOf('window');
    await expectOne(again, actorNow, begun, real);
    const written = (await again.counts())['seq'];
    const base = await again.databases.open('classe', real);
    const last = base.lastSeq;
    expect(await again.merges.merge(actorNow, input)).toEqual({ documents: 0 });
    expect([(await again.counts())['seq'], base.lastSeq]).toEqual([written, last]);
    // ONDE's next file finds its class and its children, and misses nobody but who was added by hand.
    const run = await again.imports.dryRun(actorNow, extractions('actuelle'));
    expect([run.result.added, run.result.changed]).toEqual([[], []]);
  });

  test.each([
    ['beside ONDE’s class', 'Ma classe'],
    ['in the same class', 'CE1-CE2'],
  ])(
    '%s: cut after any write, it is finished by being asked again',
    async (_where, title) => {
      const begun = await quickStart(title);
      const { head, real, actor } = await withSchool(begun);
      const { quick } = begun;
      const plan = await begun.poste.merges.plan(actor, quick, real);
      const input = { from: quick, into: real, pairs: decided(plan, begun) };
      await begun.poste.close();
      for (let [allowed, whole] = [0, false]; !whole; allowed += 1) {
        const folder = await temporaryFolder();
        await cp(begun.folder, folder, { recursive: true });
        const poste = await openPoste(folder);
        const cut = createMergeService({
          platform: poste.platform,
          databases: failingAfter(poste.databases, allowed),
          accounts: poste.accounts,
          timeZone: () => 'Europe/Paris',
        });
        whole = await cut.merge(actor, input).then(
          () => true,
          () => false,
        );
        await poste.close();
        const again = await openPoste(folder);
        await again.session.signIn('window', head, SCHOOL.head.password);
        const actorNow = again.sessions.actorOf('window');
        // The screen offers to finish what was decided, and asks nothing anew.
        const [waiting] = await again.merges.mergeable(actorNow);
        if (!whole) expect(waiting).toMatchObject({ id: quick, begun: allowed > 0 });
        const pairs = allowed > 0 && !whole ? [] : input.pairs;
        await again.merges.merge(actorNow, { ...input, pairs });
        await expectOne(again, again.sessions.actorOf('window'), begun, real);
        await again.close();
      }
    },
    60_000,
  );

  test('what another poste wrote in the old class since is carried when asked again; what was removed stays so', async () => {
    const begun = await quickStart();
    const { poste, quick } = begun;
    const { actor, head, real } = await withSchool(begun);
    const plan = await poste.merges.plan(actor, quick, real);
    const input = { from: quick, into: real, pairs: decided(plan, begun) };
    await poste.merges.merge(actor, input);
    const now = await poste.actor(head);
    const [poem] = await poste.homework.list(now, real);
    if (poem) await poste.homework.remove(now, real, poem.id, poem.rev);
    expect(await poste.merges.mergeable(now)).toEqual([]);
    const late = {
      _id: 'event_lllllllllllll',
      type: 'rollEntry',
      v: 1,
      ...MONDAY,
      state: 'absent',
      replaces: [],
    };
    const base = await poste.databases.open('classe', quick);
    await base.put({ ...late, pupil: begun.pupils.get('Axel') ?? '', by: head, at: '2026-11-16T09:00:00Z' });
    expect(await poste.merges.mergeable(now)).toMatchObject([
      { id: quick, begun: true, into: [{ id: real }] },
    ]);
    expect(await poste.merges.merge(now, { ...input, pairs: [] })).toEqual({ documents: 1 });
    const sheet = await poste.register.sheet(now, real, MONDAY);
    expect(sheet.lines.find(({ name }) => name === 'Axel')?.rivals).toHaveLength(1);
    expect(await poste.homework.list(now, real)).toEqual([]);
  });

  test('a class that already had ONDE’s name is put right in its own place', async () => {
    const begun = await quickStart('CE1-CE2');
    const { poste, quick } = begun;
    const { actor, head, real } = await withSchool(begun);
    expect(real).toBe(quick);
    expect(await poste.merges.mergeable(actor)).toMatchObject([
      { id: quick, into: [{ id: quick, found: 4 }] },
    ]);
    const plan = await poste.merges.plan(actor, quick, quick);
    const input = { from: quick, into: quick, pairs: decided(plan, begun) };
    await poste.merges.merge(actor, input);
    await expectOne(poste, await poste.actor(head), begun, quick);
    expect(await poste.merges.merge(actor, input)).toEqual({ documents: 0 });
  });

  test('a running lesson, a decision that does not fit, a person without the right: nothing is written', async () => {
    const begun = await quickStart();
    const { poste, quick } = begun;
    const { actor, real } = await withSchool(begun);
    const plan = await poste.merges.plan(actor, quick, real);
    const pairs = decided(plan, begun);
    const { seq } = await poste.counts();
    const merge = (who: Actor, chosen: typeof pairs) =>
      poste.merges.merge(who, { from: quick, into: real, pairs: chosen });
    await expect(merge(actor, pairs.slice(1))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const twice = pairs.map((pair) => ({ ...pair, to: plan.real[0]?.id ?? ('stay' as const) }));
    await expect(merge(actor, twice)).rejects.toMatchObject({ code: 'BAD_INPUT' });

    const yann = await poste.actor((await poste.staffNamed('LE FLOCH'))._id as Id<'staff'>);
    await expect(merge(yann, pairs)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(poste.merges.plan(yann, quick, real)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await poste.merges.mergeable(yann)).toEqual([]);

    const base = await poste.databases.open('classe', quick);
    await base.put({ _id: 'lesson_bbbbbbbbbbbbb', type: 'lesson', v: 1, class: quick });
    await expect(merge(actor, pairs)).rejects.toMatchObject({ code: 'LESSON_OPEN_ALREADY' });
    expect((await poste.counts())['seq']).toBe(seq);
  });

  test('the teacher of both classes may, and nobody’s rights are written by a teacher', async () => {
    const begun = await quickStart();
    const { poste, quick } = begun;
    const { actor, head, real } = await withSchool(begun);
    const yann = (await poste.staffNamed('LE FLOCH'))._id as Id<'staff'>;
    await poste.people.assignClasses(actor, yann, [quick, real]);
    await poste.people.assignClasses(actor, head, [quick]);
    // Somebody else of the old class would be left without a class: the head decides.
    const both = await poste.actor(yann);
    await expect(poste.merges.plan(both, quick, real)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await poste.people.assignClasses(actor, head, [real]);
    const plan = await poste.merges.plan(both, quick, real);
    const staff = JSON.stringify((await poste.databases.open('ecole')).all('staff'));
    await poste.merges.merge(both, { from: quick, into: real, pairs: decided(plan, begun) });
    expect(JSON.stringify((await poste.databases.open('ecole')).all('staff'))).toBe(staff);
    await expectOne(poste, both, begun, real);
  });
});
