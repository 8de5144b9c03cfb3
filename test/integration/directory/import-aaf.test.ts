import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { csvFile } from '../../../src/domain/inventory/csv';
import { suggestedDecisions } from '../../../src/domain/people/onde';
import type { ImportPlan } from '../../../src/domain/people/onde';
import type { Actor } from '../../../src/domain/rights/actor';
import { cutIntoFiles } from '../../../src/main/directory/feeds/cut-files';
import type { FeedSource } from '../../../src/main/directory/feeds/source';
import { request, type AafEncoding } from '../../bench/directory/aaf-file';
import type { AafRecord } from '../../bench/directory/town';
import { archive, complete, delta, one, ondeOf, otherRecords, ownRecords } from './feed-files';
import { createSchool, openPoste, source, temporaryFolder, type Poste } from './poste';

const nothing = (plan: ImportPlan): unknown[] => [plan.added, plan.changed, plan.linked, plan.doubtful];
const pupilsOf = (records: readonly AafRecord[]): AafRecord[] =>
  records.filter(({ kind }) => kind === 'Eleve');

async function importing(poste: Poste, actor: Actor, files: readonly FeedSource[]) {
  const run = await poste.imports.dryRun(actor, files);
  await poste.imports.apply(actor, run.plan, suggestedDecisions(run.result), true);
  return run;
}
const schoolWith = async (...files: FeedSource[]) => {
  const school = await createSchool(await temporaryFolder());
  if (files.length > 0) await importing(school.poste, school.actor, files);
  return school;
};
const town = (encoding?: AafEncoding) => complete([...otherRecords(), ...ownRecords()], encoding);

describe('AAF complete of a town', () => {
  test.each([['ISO-8859-15'], ['UTF-8']] as const)(
    '%s: the own school alone; again changes nothing',
    async (encoding) => {
      const { poste, actor } = await schoolWith();
      const run = await importing(poste, actor, town(encoding));
      expect(run.unreadable).toEqual([]);
      expect(run.otherSchools).toBe(2);
      expect(await poste.counts()).toMatchObject({ pupils: 24, pupilFiles: 24, staff: 9 });
      const { seq } = await poste.counts();
      const again = await importing(poste, actor, town(encoding));
      expect(nothing(again.result)).toEqual([[], [], [], []]);
      expect((await poste.counts())['seq']).toBe(seq);
    },
  );

  test('in an archive, and in one file with everything in any order', async () => {
    const { poste, actor } = await schoolWith();
    const packed = await poste.imports.dryRun(actor, [archive('ENT1D.zip', town())]);
    const files = await poste.imports.dryRun(actor, town());
    const ids = (plan: ImportPlan): string[] => plan.added.map(({ record }) => record.id).sort();
    expect(ids(packed.result)).toEqual(ids(files.result));
    const backwards = [...otherRecords(), ...ownRecords()].reverse().map((record) => request(record));
    const single = await poste.imports.dryRun(actor, [
      source('tout.xml', Buffer.from(`<ficAlimMENESR>${backwards.join('')}</ficAlimMENESR>`)),
    ]);
    expect(ids(single.result)).toEqual(ids(files.result));
  });

  test('what the directory may not hold is said by kind and number, and lies nowhere', async () => {
    const { poste, actor } = await schoolWith();
    const run = await importing(poste, actor, town());
    const dropped = Object.fromEntries(run.result.files.map(({ kind, dropped: what }) => [kind, what]));
    expect(dropped['pupils']).toEqual([
      { kind: 'otherFirstNames', count: 24 },
      { kind: 'canteen', count: 24 },
      { kind: 'transport', count: 24 },
      { kind: 'childcare', count: 24 },
    ]);
    expect(dropped['teachers']).toEqual([
      { kind: 'homeAddress', count: 8 },
      { kind: 'birth', count: 8 },
    ]);
    const everything = JSON.stringify([
      ...(await poste.databases.open('ecole')).all('staff'),
      ...(await poste.databases.open('direction')).all('staffFile'),
    ]);
    expect(everything).not.toMatch(/rue privée|1980/);
  });

  test('the numbers of the feed lie in the sealed base; parental authority is a hint and no fact', async () => {
    const { poste, actor } = await schoolWith();
    await importing(poste, actor, town());
    const ecole = await poste.databases.open('ecole');
    const direction = await poste.databases.open('direction');
    const shown = JSON.stringify([...ecole.all('pupil'), ...ecole.all('staff')]);
    expect(shown).not.toContain('feedKeys');
    expect(
      direction.all('pupilFile').every(({ body }) => JSON.stringify(body['feedKeys']).startsWith('["aaf:')),
    ).toBe(true);
    for (const { body } of direction.all('guardian'))
      expect(body['feedHint']).toEqual([...(body['children'] as string[])].sort());
    expect(direction.all('authority')).toEqual([]);
  });
});

describe('one child, two feeds', () => {
  test.each([[true], [false]])(
    'ONDE (INE: %s), then AAF: same ids, the class keeps its ONDE number',
    async (ine) => {
      const own = ownRecords();
      const { poste, actor } = await schoolWith(ondeOf(own, ine));
      const ids = (await poste.databases.open('ecole')).all('pupil').map(({ body }) => body._id);
      const run = await importing(poste, actor, town());
      expect(run.result.added.filter(({ kind }) => kind === 'pupil' || kind === 'class')).toEqual([]);
      const ecole = await poste.databases.open('ecole');
      expect(ecole.all('pupil').map(({ body }) => body._id)).toEqual(ids);
      for (const { body } of ecole.all('class')) {
        expect(body).toMatchObject({
          ondeClassId: expect.any(String) as string,
          feedKeys: [expect.stringMatching(/^aaf:/)],
        });
      }
      // And back: ONDE knows nothing of the numbers, and takes none away.
      const back = await poste.imports.dryRun(actor, [ondeOf(own, ine)]);
      expect(back.result.added).toEqual([]);
      expect(back.result.linked).toEqual([]);
    },
  );

  test('a child whose name and birth date were put right keeps its id by its number', async () => {
    const own = ownRecords();
    const { poste, actor } = await schoolWith(...complete(own));
    const [child] = pupilsOf(own);
    if (!child) throw new Error('no child');
    child.attributes['ENTPersonNom'] = 'TOUT-AUTRE';
    child.attributes['ENTPersonDateNaissance'] = '01/02/2019';
    child.attributes['ENTEleveINE'] = '999999999ZZ';
    const run = await poste.imports.dryRun(actor, complete(own));
    expect(run.result.added).toEqual([]);
    expect(run.result.changed.flatMap(({ changes }) => changes.map(({ field }) => field))).toEqual(
      expect.arrayContaining(['names.family', 'birthDate', 'ine']),
    );
  });

  test('two postes that hold the same keys write the same documents', async () => {
    const first = await schoolWith();
    const other = await openPoste(await temporaryFolder());
    for (const name of first.poste.keyring.audiences()) {
      if (!name.startsWith('perso')) await other.keyring.add(name, first.poste.keyring.dataKey(name));
    }
    await importing(first.poste, first.actor, complete(ownRecords()));
    const run = await other.imports.dryRun(first.actor, [source('x.csv', Buffer.from(''))]);
    expect(run.unreadable).toHaveLength(1);
    // The second poste does not know the school's number yet: what it reads says so, and nothing is guessed.
    const blind = await other.imports.dryRun(first.actor, complete(ownRecords()));
    expect(blind.unreadable.map(({ reason }) => reason)).toEqual(['noUai', 'noUai', 'noUai', 'noUai']);
    const parc = await first.poste.databases.open('parc');
    const held = parc.all('school')[0];
    if (held) await (await other.databases.open('parc')).put(held.body);
    await other.school.refresh();
    await importing(other, first.actor, complete(ownRecords()).reverse());
    for (const base of ['ecole', 'direction'] as const) {
      const all = async (poste: Poste): Promise<unknown> =>
        (await poste.databases.open(base)).changesSince(0, 10_000).then((changes) =>
          changes
            .filter(({ record }) =>
              ['pupil', 'pupilFile', 'guardian', 'class', 'staffFile'].includes(record.body.type),
            )
            .map(({ id, rev }) => `${id} ${rev}`)
            .sort(),
        );
      expect(await all(other)).toEqual(await all(first.poste));
    }
  });
});

describe('Delta', () => {
  test('adds, changes, and proposes departures; nobody is missing for not being named', async () => {
    const own = ownRecords();
    const { poste, actor } = await schoolWith(...complete(own));
    const [changed, gone, moved] = pupilsOf(own);
    if (!changed || !gone || !moved) throw new Error('too few');
    const fresh: AafRecord = {
      ...changed,
      id: '777777',
      attributes: {
        ...changed.attributes,
        ENTPersonJointure: '777777',
        ENTPersonPrenom: 'Nouvelle',
        ENTEleveINE: '111111111AA',
      },
    };
    const run = await poste.imports.dryRun(actor, [
      delta(
        request(fresh),
        request({ kind: 'Eleve', id: changed.id, attributes: { ENTPersonNom: 'CHANGÉ' } }, 'modify'),
        request({ kind: 'Eleve', id: gone.id, attributes: {} }, 'delete'),
        request({ kind: 'Eleve', id: moved.id, attributes: { ENTPersonStructRattach: '9999' } }, 'modify'),
        request(
          {
            kind: 'Eleve',
            id: '404404',
            attributes: {
              ENTPersonNom: 'INCONNU',
              ENTPersonStructRattach: one(changed.attributes['ENTPersonStructRattach']),
            },
          },
          'modify',
        ),
      ),
    ]);
    const { result } = run;
    expect(run.unreadable).toEqual([]);
    expect(result.added.map(({ kind }) => kind)).toEqual(['pupil']);
    expect(result.changed.map(({ changes }) => changes)).toEqual([
      [{ field: 'names.family', before: expect.any(String) as string, after: 'CHANGÉ' }],
    ]);
    expect(result.doubtful.map(({ reasons }) => reasons)).toEqual([[{ code: 'gone' }], [{ code: 'gone' }]]);
    expect(result.files[0]).toMatchObject({ partial: true, rejected: [{ line: 5, code: 'unknownPerson' }] });
    expect([result.absentFromFile, result.notices]).toEqual([[], []]);

    const [first, second] = result.doubtful;
    await poste.imports.apply(actor, run.plan, {
      [first?.id ?? '']: { action: 'keep' },
      [second?.id ?? '']: { action: 'skip' },
    });
    const ecole = await poste.databases.open('ecole');
    expect(ecole.get(first?.record.id ?? '')?.body['leftOn']).toBe('2026-11-22');
    expect(ecole.get(second?.record.id ?? '')?.body['leftOn']).toBeUndefined();
    expect(await poste.counts()).toMatchObject({ pupils: 25 });
  });

  test('before any complete file, it says what to do first', async () => {
    const { poste, actor } = await schoolWith();
    const run = await poste.imports.dryRun(actor, [
      delta(request({ kind: 'Eleve', id: '1', attributes: { ENTPersonNom: 'X' } }, 'modify')),
    ]);
    expect(run.unreadable.map(({ reason }) => reason)).toEqual(['nothingOfSchool']);
  });
});

describe('a commune that cuts the file first', () => {
  test('each school gets its own file, which says the same to its poste, and holds nobody else', async () => {
    const folder = await temporaryFolder();
    const schools = await cutIntoFiles(town(), folder);
    expect(schools).toEqual(['0951099D', '0990000M', '0990002P']);
    const { poste, actor } = await schoolWith();
    const whole = await poste.imports.dryRun(actor, town());
    const bytes = await readFile(join(folder, 'ENT1D_0951099D.xml'));
    const own = await poste.imports.dryRun(actor, [source('ENT1D_0951099D.xml', bytes)]);
    expect(own.unreadable).toEqual([]);
    expect(own.otherSchools).toBe(0);
    const added = (plan: ImportPlan): unknown[] => plan.added.map(({ record }) => record);
    expect(added(own.result)).toEqual(added(whole.result));
    // What a directory may not hold is gone already.
    expect(own.result.files.flatMap(({ dropped }) => dropped)).toEqual([]);
    const strangers = otherRecords().filter(({ kind }) => kind === 'Eleve');
    for (const { id } of strangers) expect(bytes.includes(`<id>${id}</id>`)).toBe(false);
  });
});

describe('classes of a year that has just begun', () => {
  test('are provisional until mid-September; a child who changes keeps their id and is handed over', async () => {
    const own = ownRecords();
    const { poste, actor } = await schoolWith(...complete(own));
    expect((await poste.imports.dryRun(actor, complete(own))).result.provisional).toBe(false);
    poste.clock.now = Date.UTC(2026, 8, 3, 8, 0, 0);
    const [child, other] = pupilsOf(own);
    const elsewhere = pupilsOf(own).find(
      ({ attributes }) => one(attributes['ENTPersonClasses']) !== one(child?.attributes['ENTPersonClasses']),
    );
    if (!child || !other || !elsewhere) throw new Error('too few');
    child.attributes['ENTPersonClasses'] = elsewhere.attributes['ENTPersonClasses'] ?? '';
    const run = await importing(poste, actor, complete(own));
    expect(run.result.provisional).toBe(true);
    const change = run.result.changed.find(({ kind }) => kind === 'pupil');
    expect(change?.changes.map(({ field }) => field)).toEqual(['classId']);
    expect(poste.moves).toEqual([[change?.record.id, change?.changes[0]?.before, change?.changes[0]?.after]]);
    expect(run.result.notices.filter(({ code }) => code === 'classDrop')).toEqual([]);
  });
});

describe('hostile words', () => {
  test('a name that is a formula stays a text, and leaves as one', async () => {
    const own = ownRecords();
    const [child] = pupilsOf(own);
    if (!child) throw new Error('no child');
    child.attributes['ENTPersonNom'] = "=cmd|'/c calc'!A1";
    const { poste, actor } = await schoolWith();
    await importing(poste, actor, complete(own));
    const names = (await poste.databases.open('ecole'))
      .all('pupil')
      .map(({ body }) => (body['names'] as { family: string }).family);
    const found = names.find((name) => name.includes('calc'));
    expect(found).toBe("=cmd|'/c calc'!A1");
    expect(csvFile([[found]])).toContain("'=cmd");
  });

  test('a file that names some of the children says nothing about the adults of the others', async () => {
    const own = ownRecords();
    const { poste, actor } = await schoolWith(...complete(own));
    const missing = new Set(pupilsOf(own).slice(0, 8));
    const run = await poste.imports.dryRun(actor, complete(own.filter((record) => !missing.has(record))));
    expect(nothing(run.result)).toEqual([[], [], [], []]);
    expect(run.result.notices).toContainEqual({
      code: 'suspiciousDrop',
      kind: 'pupil',
      known: 24,
      absent: 8,
    });
  });
});

describe('what a class or a school loses', () => {
  test('a class of which more than a tenth is missing stops, until somebody says that it is right', async () => {
    const own = ownRecords();
    const { poste, actor } = await schoolWith(...complete(own));
    const children = pupilsOf(own);
    const label = one(children[0]?.attributes['ENTPersonClasses']);
    const missing = children.find(({ attributes }) => one(attributes['ENTPersonClasses']) === label);
    const run = await poste.imports.dryRun(actor, complete(own.filter((record) => record !== missing)));
    expect(run.result.notices.filter(({ code }) => code === 'classDrop')).toMatchObject([
      { code: 'classDrop', label: label.split('$')[1], absent: 1 },
    ]);
    await expect(poste.imports.apply(actor, run.plan, {})).rejects.toMatchObject({ code: 'IMPORT_DROP' });
    await poste.imports.apply(actor, run.plan, {}, true);
    expect(await poste.counts()).toMatchObject({ pupils: 24 });
  });

  test('a class that the feed takes away is a departure; one given by hand stays', async () => {
    const own = ownRecords();
    const { poste, actor } = await schoolWith(...complete(own));
    const [teacher] = own.filter(({ kind }) => kind === 'PersEducNat').slice(2);
    if (!teacher) throw new Error('no teacher');
    const ecole = await poste.databases.open('ecole');
    const member = await poste.staffNamed(one(teacher.attributes['ENTPersonNom']));
    const [former] = member.classIds;
    const byHand = ecole.all('class').find(({ body }) => !member.classIds.includes(body._id as never))?.body
      ._id as typeof former;
    if (!former || !byHand) throw new Error('no class');
    await poste.people.assignClasses(actor, member._id as never, [former, byHand]);
    const other = own.filter(({ kind }) => kind === 'PersEducNat').slice(3)[0];
    teacher.attributes['ENTEnsClasses'] = one(other?.attributes['ENTEnsClasses']);
    await importing(poste, actor, complete(own));
    const after = await poste.staffNamed(one(teacher.attributes['ENTPersonNom']));
    expect(after.classIds).toContain(byHand);
    expect(after.classIds).not.toContain(former);
    expect(poste.lost).toEqual([{ person: member._id, classes: [former] }]);
  });
});

describe('files that are not to be used', () => {
  test.each([
    ['another school', complete(otherRecords()), 'otherSchool'],
    [
      'a truncated file',
      complete(ownRecords()).map((file) =>
        source(file.name, file.bytes.subarray(0, file.bytes.length - 300)),
      ),
      'truncated',
    ],
    [
      'a damaged archive',
      [source('x.zip', archive('x.zip', complete(ownRecords())).bytes.subarray(0, 2000))],
      'badArchive',
    ],
    ['an empty archive', [archive('x.zip', [])], 'emptyArchive'],
    [
      'a spreadsheet',
      [archive('x.xlsx', [{ name: '[Content_Types].xml', bytes: Buffer.from('<a/>') }])],
      'spreadsheet',
    ],
    ['a bomb', [archive('x.zip', [{ name: 'a.xml', bytes: Buffer.alloc(30_000_000, 'a') }])], 'badArchive'],
    [
      'an archive in an archive',
      [archive('x.zip', [{ name: 'y.zip', bytes: archive('y.zip', complete(ownRecords())).bytes }])],
      'badArchive',
    ],
    ['a page of an error', [source('aaf.xml', Buffer.from('<html><body>502</body></html>'))], 'notAaf'],
    ['a gigabyte without a line', [{ name: 'x.csv', size: 2 ** 30, open: () => gigabyte() }], 'tooLarge'],
  ] as const)('%s', async (_, files, reason) => {
    const { poste, actor } = await schoolWith();
    const run = await poste.imports.dryRun(actor, [...files]);
    expect(new Set(run.unreadable.map((one) => one.reason))).toEqual(new Set([reason]));
    expect(nothing(run.result)).toEqual([[], [], [], []]);
  });

  test('the same number twice in a file: the first stands, the second is named', async () => {
    const { poste, actor } = await schoolWith();
    const own = ownRecords();
    const [child] = pupilsOf(own);
    if (!child) throw new Error('no child');
    const twin = { ...child, attributes: { ...child.attributes, ENTPersonPrenom: 'Deuxième' } };
    const run = await poste.imports.dryRun(actor, complete([...own, twin]));
    expect(run.result.files.find(({ kind }) => kind === 'pupils')?.rejected).toEqual([
      { line: 25, code: 'duplicateId' },
    ]);
    expect(JSON.stringify(run.result)).not.toContain('Deuxième');
  });
});

let asked = 0;
async function* gigabyte(): AsyncGenerator<Uint8Array> {
  const block = Buffer.alloc(1024 * 1024, 'a');
  for (asked = 0; asked < 1024; asked += 1) {
    if (asked > 8) throw new Error('read on after the limit');
    yield Promise.resolve(block);
  }
}
