import { describe, expect, test } from 'vitest';
import { suggestedDecisions } from '../../../src/domain/people/onde';
import type { Actor } from '../../../src/domain/rights/actor';
import type { FeedSource } from '../../../src/main/directory/feeds/source';
import { complete, one, ondeOf, ownRecords } from './feed-files';
import { createSchool, openPoste, temporaryFolder, type Poste } from './poste';

async function importing(poste: Poste, actor: Actor, files: readonly FeedSource[]): Promise<void> {
  const run = await poste.imports.dryRun(actor, files);
  await poste.imports.apply(actor, run.plan, suggestedDecisions(run.result), true);
}
/** Everything the directory holds, without its revisions. */
async function everything(poste: Poste): Promise<unknown> {
  const bases = [await poste.databases.open('ecole'), await poste.databases.open('direction')];
  return bases.map((db) =>
    ['class', 'pupil', 'staff', 'pupilFile', 'guardian', 'staffFile'].map((type) =>
      db.all(type).map(({ body }) => body),
    ),
  );
}
async function undo(poste: Poste, actor: Actor, partial = false) {
  const last = await poste.imports.last(actor);
  return poste.imports.undo(actor, last?.id ?? '', partial);
}

describe('undoing the last import', () => {
  test('the first one: nobody is left, and importing again brings the same people under the same ids', async () => {
    const { poste, actor } = await createSchool(await temporaryFolder());
    const before = await everything(poste);
    await importing(poste, actor, complete(ownRecords()));
    const after = await everything(poste);
    expect(await undo(poste, actor)).toMatchObject({ kept: [] });
    expect(await everything(poste)).toEqual(before);
    expect(await poste.imports.last(actor)).toBeUndefined();
    await importing(poste, actor, complete(ownRecords()));
    expect(await everything(poste)).toEqual(after);
  });

  test('a later one: every field is what it was, and it can be undone after a restart', async () => {
    const folder = await temporaryFolder();
    const { poste, actor } = await createSchool(folder);
    await importing(poste, actor, [ondeOf(ownRecords())]);
    const before = await everything(poste);
    await importing(poste, actor, complete(ownRecords()));
    expect(await everything(poste)).not.toEqual(before);
    await poste.close();

    const again = await openPoste(folder);
    await again.school.refresh();
    expect(await again.imports.last(actor)).toMatchObject({ kept: [], added: expect.any(Number) as number });
    await undo(again, actor);
    expect(await everything(again)).toEqual(before);
  });

  test('somebody changed since: refused with the list, then partly', async () => {
    const { poste, actor } = await createSchool(await temporaryFolder());
    await importing(poste, actor, [ondeOf(ownRecords())]);
    const changed = ownRecords();
    for (const { kind, attributes } of changed)
      if (kind === 'Eleve') attributes['ENTPersonNom'] = `${one(attributes['ENTPersonNom'])}X`;
    await importing(poste, actor, complete(changed));
    const ecole = await poste.databases.open('ecole');
    const [pupil] = ecole.all('pupil');
    if (!pupil) throw new Error('nobody');
    await poste.corrections.pupil(actor, {
      pupil: pupil.body._id as never,
      first: 'Corrigée',
      family: 'Par La Main',
    });
    const last = await poste.imports.last(actor);
    expect(last?.kept).toEqual([
      { kind: 'pupil', id: pupil.body._id, name: 'Corrigée Par La Main', reason: 'changed' },
    ]);
    const untouched = await everything(poste);
    await expect(undo(poste, actor)).rejects.toMatchObject({
      code: 'IMPORT_CHANGED_SINCE',
      params: { count: 1 },
    });
    expect(await everything(poste)).toEqual(untouched);
    expect(await undo(poste, actor, true)).toMatchObject({ kept: [{ id: pupil.body._id }] });
    const names = ecole.all('pupil').map(({ body }) => (body['names'] as { family: string }).family);
    expect(names.filter((name) => name.endsWith('X'))).toEqual([]);
    expect(names).toContain('Par La Main');
  });

  test('who stands in a register or has an account stays, and so does their class', async () => {
    const { poste, actor } = await createSchool(await temporaryFolder());
    await importing(poste, actor, complete(ownRecords()));
    const ecole = await poste.databases.open('ecole');
    const [pupil] = ecole.all('pupil');
    const classId = pupil?.body['classId'] as string;
    const classe = await poste.databases.open('classe', classId as never);
    await classe.put({
      _id: 'roll_aaaaaaaaaaaaa',
      type: 'rollEntry',
      v: 1,
      pupil: pupil?.body._id,
      date: '2026-11-20',
      half: 'AM',
      state: 'absent',
    });
    const teacher = ecole.all('staff').find(({ body }) => !JSON.stringify(body['roles']).includes('head'));
    await poste.accounts.createMany(actor, [teacher?.body._id as never]);
    const last = await poste.imports.last(actor);
    const reasons = Object.fromEntries((last?.kept ?? []).map(({ id, reason }) => [id, reason]));
    expect(reasons[pupil?.body._id ?? '']).toBe('used');
    expect(reasons[classId]).toBe('used');
    expect(reasons[teacher?.body._id ?? '']).toBe('account');
    await undo(poste, actor, true);
    expect(ecole.all('pupil').map(({ body }) => body._id)).toEqual([pupil?.body._id]);
    expect(ecole.get(classId)).toBeDefined();
  });

  test('what the head’s computer publishes by itself for each class keeps nobody', async () => {
    const { poste, actor } = await createSchool(await temporaryFolder());
    await importing(poste, actor, complete(ownRecords()));
    const ecole = await poste.databases.open('ecole');
    for (const { body } of ecole.all('class')) {
      const pupils = ecole.all('pupil').filter((one) => one.body['classId'] === body._id);
      const suivi = await poste.databases.open('suivi', body._id as never);
      await suivi.put({
        _id: `photo_${body._id.slice('class_'.length)}`,
        type: 'photoConsent',
        v: 1,
        may: pupils.map((one) => one.body._id),
        on: '2026-11-22',
      });
    }
    expect(await undo(poste, actor)).toMatchObject({ kept: [] });
    expect(ecole.all('pupil')).toEqual([]);
  });

  test('a class that the import gave goes with it, and its keys are exchanged', async () => {
    const { poste, actor } = await createSchool(await temporaryFolder());
    const own = ownRecords();
    const without = own.map((record) => ({ ...record, attributes: { ...record.attributes } }));
    for (const { attributes } of without) delete attributes['ENTEnsClasses'];
    await importing(poste, actor, complete(without));
    await importing(poste, actor, complete(own));
    await undo(poste, actor);
    expect(poste.lost.length).toBe(8);
  });

  test('nothing of it can be read on the disk, and a teacher may neither look nor undo', async () => {
    const folder = await temporaryFolder();
    const { poste, actor } = await createSchool(folder);
    await importing(poste, actor, complete(ownRecords()));
    const { readFile } = await import('node:fs/promises');
    const sealed = await readFile(`${folder}/imports/last.sealed`);
    expect(sealed.includes(Buffer.from(one(ownRecords()[1]?.attributes['ENTPersonNom'])))).toBe(false);
    const id = await poste.people.addStaff(actor, { first: 'Yann', family: 'Le Floch', classes: [] });
    const teacher = await poste.actor(id);
    await expect(poste.imports.last(teacher)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(poste.imports.undo(teacher, 'x', true)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(poste.imports.undo(actor, 'another', true)).rejects.toMatchObject({ code: 'IMPORT_STALE' });
  });
});
