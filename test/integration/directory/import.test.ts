import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { findRequest } from '../../../src/contract/define';
import { staffContract } from '../../../src/contract/staff';
import { decisionSchema } from '../../../src/contract/staff/people';
import { suggestedDecisions } from '../../../src/domain/people/onde';
import type { ImportPlan } from '../../../src/domain/people/onde';
import { createSchool, extractions, SCHOOL, openPoste, source, temporaryFolder, type Poste } from './poste';
import type { Actor } from '../../../src/domain/rights/actor';

const kinds = (plan: ImportPlan): Record<string, number> =>
  Object.fromEntries(
    ['class', 'pupil', 'guardian', 'staff'].map((kind) => [
      kind,
      plan.added.filter((entry) => entry.kind === kind).length,
    ]),
  );

async function importAll(poste: Poste, actor: Actor, generation: 'ancienne' | 'actuelle') {
  const run = await poste.imports.dryRun(actor, extractions(generation));
  return poste.imports.apply(actor, run.plan, suggestedDecisions(run.result));
}

describe.each(['ancienne', 'actuelle'] as const)('an extraction of the %s generation', (generation) => {
  test('the dry run writes nothing; what is applied is there after a restart; a second import changes nothing', async () => {
    const folder = await temporaryFolder();
    const { poste, actor } = await createSchool(folder);
    const before = await poste.counts();
    const run = await poste.imports.dryRun(actor, extractions(generation));
    expect(await poste.counts()).toEqual(before);
    expect(run.unreadable).toEqual([]);
    expect(kinds(run.result)['class']).toBe(3);

    const written = await poste.imports.apply(actor, run.plan, suggestedDecisions(run.result));
    expect(written.left).toEqual([]);
    const counts = await poste.counts();
    expect(counts).toMatchObject({ classes: 3, pupils: 58, pupilFiles: 58, staff: 4 });
    await poste.close();

    const again = await openPoste(folder);
    expect(await again.counts()).toMatchObject({ ...counts, seq: expect.any(Number) as number });
    const second = await again.imports.dryRun(actor, extractions(generation));
    expect([second.result.added, second.result.changed, second.result.absentFromFile]).toEqual([[], [], []]);
    const { seq } = await again.counts();
    const result = await again.imports.apply(actor, second.plan, suggestedDecisions(second.result));
    expect(result).toMatchObject({ added: 0, changed: 0 });
    expect((await again.counts())['seq']).toBe(seq);
  });
});

describe('what lies where', () => {
  test('birth dates, INE and parents are in the sealed base, never in the one the commune can read', async () => {
    const { poste, actor } = await createSchool(await temporaryFolder());
    await importAll(poste, actor, 'actuelle');
    const ecole = await poste.databases.open('ecole');
    const direction = await poste.databases.open('direction');
    const shown = new Set(ecole.all('pupil').flatMap(({ body }) => Object.keys(body)));
    expect([...shown].sort()).toEqual(['_id', 'classId', 'cycle', 'grade', 'names', 'type', 'v']);
    expect(ecole.all('guardian')).toEqual([]);
    expect(direction.all('guardian').length).toBeGreaterThan(60);
    expect(direction.all('pupilFile')[0]?.body).toMatchObject({ ine: expect.any(String) as string });
  });

  test('the same files give the same ids on two postes that hold the same keys', async () => {
    const first = await createSchool(await temporaryFolder());
    const folder = await temporaryFolder();
    const other = await openPoste(folder);
    for (const name of first.poste.keyring.audiences()) {
      if (!name.startsWith('perso')) await other.keyring.add(name, first.poste.keyring.dataKey(name));
    }
    const a = await first.poste.imports.dryRun(first.actor, extractions('ancienne', ['eleves']));
    const b = await other.imports.dryRun(first.actor, extractions('ancienne', ['eleves']));
    const ids = (plan: ImportPlan): string[] => plan.added.map(({ record }) => record.id);
    expect(ids(b.result)).toEqual(ids(a.result));
  });
});

describe('names of a plan', () => {
  test('two children of one name in one class are told apart by their birth date', async () => {
    const { poste, actor } = await createSchool(await temporaryFolder());
    const run = await poste.imports.dryRun(actor, extractions('ancienne'));
    const leas = Object.values(run.names).filter((name) => name.startsWith('Léa MARTIN'));
    expect(leas.sort()).toEqual(['Léa MARTIN (CP, 04/03/2020)', 'Léa MARTIN (CP, 21/11/2020)']);
    expect(Object.values(run.names)).toContain('Adam BARBIER (CP)');
  });
});

describe('nothing is lost', () => {
  test('a partial file deletes nobody, and says that it looks partial', async () => {
    const { poste, actor } = await createSchool(await temporaryFolder());
    await importAll(poste, actor, 'actuelle');
    const [pupils] = extractions('actuelle', ['eleves']);
    const lines = pupils?.bytes.toString('utf8').split(/\r?\n/) ?? [];
    const half = source('moitié.csv', Buffer.from(lines.slice(0, 30).join('\r\n')));
    const run = await poste.imports.dryRun(actor, [half]);
    expect(run.result.notices).toEqual([expect.objectContaining({ code: 'suspiciousDrop', kind: 'pupil' })]);
    expect(run.result.absentFromFile).toHaveLength(29);
    for (const { id } of run.result.absentFromFile) expect(run.names[id]).toMatch(/\(.+\)$/);
    const decisions = suggestedDecisions(run.result);
    await expect(poste.imports.apply(actor, run.plan, decisions)).rejects.toMatchObject({
      code: 'IMPORT_DROP',
    });
    await poste.imports.apply(actor, run.plan, decisions, true);
    expect(await poste.counts()).toMatchObject({ pupils: 58, pupilFiles: 58 });
  });

  test('a plan made before somebody changed the directory is refused, and so is one used twice', async () => {
    const { poste, actor } = await createSchool(await temporaryFolder());
    const run = await poste.imports.dryRun(actor, extractions('actuelle'));
    const group = await poste.people.addClass(actor, { label: 'ULIS', grades: [] });
    await expect(poste.imports.apply(actor, run.plan, {})).rejects.toMatchObject({ code: 'IMPORT_STALE' });
    expect(await poste.counts()).toMatchObject({ classes: 1, pupils: 0, pupilFiles: 0 });

    const next = await poste.imports.dryRun(actor, extractions('actuelle'));
    await poste.imports.apply(actor, next.plan, {});
    await expect(poste.imports.apply(actor, next.plan, {})).rejects.toMatchObject({ code: 'IMPORT_STALE' });
    expect((await poste.people.classes(actor)).map(({ id }) => id)).toContain(group);
  });

  test('a pupil taken in by hand is completed by ONDE, not doubled; their class code follows', async () => {
    const { poste, actor } = await createSchool(await temporaryFolder());
    await importAll(poste, actor, 'ancienne');
    const [cp] = (await poste.people.classes(actor)).filter(({ label }) => label === 'CP');
    if (!cp) throw new Error('no CP');
    await poste.people.setPictureCode(actor, cp.id, true);
    const codes = (await poste.people.roster(actor, cp.id)).entries;
    const ysee = await poste.people.addPupil(actor, { class: cp.id, first: 'Ysée', family: 'Quentin' });
    const after = (await poste.people.roster(actor, cp.id)).entries;
    expect(after.find(({ id }) => id === ysee)?.code).toHaveLength(2);
    for (const entry of codes) expect(after).toContainEqual(entry);

    const header = extractions('actuelle', ['eleves'])[0]?.bytes.toString('utf8').split(/\r?\n/)[0];
    const row = 'QUENTIN;;Ysée;04/05/2020;F;120099999AB;;;;;;;;;CYCLE II;CP;CP;700101;Oui;Oui;Oui;';
    const file = source('une.csv', Buffer.from(`${header}\r\n${row}\r\n`));
    const run = await poste.imports.dryRun(actor, [file]);
    expect(run.result.added).toEqual([]);
    await poste.imports.apply(actor, run.plan, suggestedDecisions(run.result), true);
    const direction = await poste.databases.open('direction');
    expect(direction.get(ysee)?.body).toMatchObject({ ine: '120099999AB', birthDate: '2020-05-04' });
    expect(await poste.counts()).toMatchObject({ pupils: 59 });
  });
});

describe('the head by hand and ONDE’s teachers', () => {
  const heads = async (poste: Poste): Promise<string[]> =>
    (await poste.databases.open('ecole'))
      .all('staff')
      .filter(({ body }) => (body['roles'] as string[]).includes('head'))
      .map(({ body }) => body._id);

  test('the name she uses is enough: one person, the name of birth is shown as a change', async () => {
    const { poste, head, actor } = await createSchool(await temporaryFolder());
    const run = await poste.imports.dryRun(actor, extractions('actuelle', ['eleves', 'enseignants']));
    const change = run.result.changed.find(({ record }) => record.id === head);
    expect(change?.changes).toEqual(
      expect.arrayContaining([
        { field: 'names.family', before: 'Saint-Cyr', after: 'BENALI' },
        { field: 'names.usage', after: 'SAINT-CYR' },
      ]),
    );
    await poste.imports.apply(actor, run.plan, suggestedDecisions(run.result));
    expect(await heads(poste)).toEqual([head]);
    const group = (await poste.people.classes(actor)).find(({ label }) => label === 'CE1-CE2');
    expect(group?.teachers).toEqual(['Naïma SAINT-CYR']);
  });

  test('another spelling is asked about, and the answer keeps one head with her account', async () => {
    const poste = await openPoste(await temporaryFolder());
    const { head } = await poste.school.create({
      ...SCHOOL,
      head: { ...SCHOOL.head, first: 'Nahima', family: 'Benalli' },
    });
    const actor = await poste.actor(head);
    const run = await poste.imports.dryRun(actor, extractions('actuelle', ['eleves', 'enseignants']));
    const doubt = run.result.doubtful.find(({ kind }) => kind === 'staff');
    expect(doubt).toMatchObject({ suggestion: { action: 'same', personId: head } });
    expect(run.result.absentFromFile).toEqual([]);
    expect(run.result.notices).toEqual([]);
    await poste.imports.apply(actor, run.plan, suggestedDecisions(run.result));
    expect(await heads(poste)).toEqual([head]);
    expect((await poste.staffNamed('BENALI'))._id).toBe(head);
    const again = await poste.imports.dryRun(actor, extractions('actuelle', ['eleves', 'enseignants']));
    expect([again.result.added, again.result.changed, again.result.doubtful]).toEqual([[], [], []]);
  });

  test('somebody else stays a teacher, at this import and at the next', async () => {
    const poste = await openPoste(await temporaryFolder());
    const { head } = await poste.school.create({
      ...SCHOOL,
      head: { ...SCHOOL.head, first: 'Claire', family: 'Fontaine' },
    });
    const actor = await poste.actor(head);
    const run = await poste.imports.dryRun(actor, extractions('actuelle', ['eleves', 'enseignants']));
    const [doubt] = run.result.doubtful.filter(({ kind }) => kind === 'staff');
    // Nothing alike in the two names: one click too many must not rename the head.
    expect(doubt?.suggestion).toEqual({ action: 'keep' });
    await poste.imports.apply(actor, run.plan, { [doubt?.id ?? '']: { action: 'keep' } });
    expect(await heads(poste)).toEqual([head]);
    expect((await poste.staffNamed('BENALI')).roles).toEqual(['teacher']);
    const again = await poste.imports.dryRun(actor, extractions('actuelle', ['eleves', 'enseignants']));
    await poste.imports.apply(actor, again.plan, suggestedDecisions(again.result));
    expect(await heads(poste)).toEqual([head]);
  });
});

describe('at the door', () => {
  test('files arrive by the loopback door; one that is no extraction is named with its reason', async () => {
    const { poste, actor } = await createSchool(await temporaryFolder());
    const [pupils] = extractions('ancienne', ['eleves']);
    const call = { actor, connection: 'window' };
    const run = await poste.routes.dryRun(call, {
      uploads: [
        await poste.upload('photo.csv', Buffer.from('%PDF-1.7\n')),
        await poste.upload('eleves.csv', pupils?.bytes ?? Buffer.alloc(0)),
      ],
    });
    expect(run.unreadable).toEqual([{ name: 'photo.csv', reason: 'notText', params: { looksLike: 'pdf' } }]);
    expect(run.result.files).toHaveLength(1);
    const reply = findRequest(staffContract, 'people.dryRun')?.reply;
    expect(reply && v.is(reply, JSON.parse(JSON.stringify(run)))).toBe(true);
  });

  test('a teacher may neither look nor write', async () => {
    const { poste, actor } = await createSchool(await temporaryFolder());
    const id = await poste.people.addStaff(actor, { first: 'Yann', family: 'Le Floch', classes: [] });
    const teacher = await poste.actor(id);
    await expect(poste.imports.dryRun(teacher, [])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(poste.imports.apply(teacher, 'x', {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(poste.accounts.createMany(teacher, [id])).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test.each([
    [{ action: 'skip' }, true],
    [{ action: 'skip', birthDate: '2020-01-01' }, false],
    [{ action: 'keep', birthDate: '2020-05-04', classId: 'class_aaaaaaaaaaaaa' }, true],
    [{ action: 'keep', birthDate: '4 mai' }, false],
    [{ action: 'keep', classId: 'pupil_aaaaaaaaaaaaa' }, false],
    [{ action: 'keep', children: ['pupil_aaaaaaaaaaaaa'] }, true],
    [{ action: 'same', personId: 'guardian_aaaaaaaaaaaaa' }, true],
    [{ action: 'same' }, false],
    [{ action: 'delete' }, false],
    ['skip', false],
  ])('decision %j: %s', (decision, fine) => {
    expect(v.is(decisionSchema, decision)).toBe(fine);
  });
});
