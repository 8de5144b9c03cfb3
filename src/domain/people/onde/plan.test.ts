import { describe, expect, test } from 'vitest';
import type { Directory } from '../person';
import { parseOndeFile } from './parse';
import type { OndeFile } from './parse';
import { planImport } from './plan';
import { resolve, suggestedDecisions } from './resolve';
import {
  cellsUnder,
  csv,
  EMPTY,
  guardianHeader,
  NEW_HEADER,
  OPTIONS,
  TEACHER_HEADER,
  TODAY,
  write,
} from './testing';
import type { Decision, ImportPlan } from './plan-types';

const file = (header: string[], rows: string[][]): OndeFile => {
  const reading = parseOndeFile(csv([header, ...rows]), { today: TODAY });
  if (!reading.ok) throw new Error(JSON.stringify(reading.problem));
  return reading.file;
};
interface Child {
  family: string;
  first: string;
  birth?: string;
  label?: string;
  ine?: string;
  level?: string;
  onde?: string;
}
const pupils = (...children: Child[]): OndeFile =>
  file(
    NEW_HEADER,
    children.map(({ family, first, birth = '2020-05-05', label = 'CP', ine = '', level = 'CP', onde = '' }) =>
      cellsUnder(NEW_HEADER, {
        'Nom élève': family,
        'Prénom élève': first,
        'Date naissance': birth,
        INE: ine,
        Niveau: level,
        'Libellé classe': label,
        'Identifiant classe': onde,
      }),
    ),
  );
interface Adult {
  family: string;
  first: string;
  civility?: string;
  street?: string;
  email?: string;
  children: [family: string, first: string, label: string][];
}
const guardians = (...adults: Adult[]): OndeFile =>
  file(
    guardianHeader(3),
    adults.map(({ family, first, civility = 'MME', street = '', email = '', children }) => [
      ...cellsUnder(guardianHeader(0), {
        'Civilité Responsable': civility,
        'Nom responsable': family,
        'Prénom responsable': first,
        'Adresse responsable': street,
        'CP responsable': street ? '39990' : '',
        Courriel: email,
      }),
      ...children.flatMap(([name, given, label]) => ['', name, given, label]),
    ]),
  );
const teachers = (...rows: [family: string, first: string, label: string, head?: string][]): OndeFile =>
  file(
    TEACHER_HEADER,
    rows.map(([family, first, label, head = 'non']) =>
      cellsUnder(TEACHER_HEADER, { Nom: family, Prénom: first, Classe: label, Directeur: head }),
    ),
  );
const dryRun = (current: Directory, ...files: OndeFile[]): ImportPlan => planImport(current, files, OPTIONS);
const imported = (current: Directory, files: OndeFile[], decisions?: Record<string, Decision>): Directory => {
  const plan = planImport(current, files, OPTIONS);
  return write(current, resolve(plan, decisions ?? suggestedDecisions(plan)).facts);
};
const reasonsOf = (plan: ImportPlan): string[][] =>
  plan.doubtful.map((doubt) => [doubt.id, ...doubt.reasons.map(({ code }) => code)]);

const LEA = { family: 'MARTIN', first: 'Léa' };
const HUGO = { family: 'MOREL', first: 'Hugo' };

describe('pupils', () => {
  test('a first import adds pupils and their classes', () => {
    const plan = dryRun(EMPTY, pupils(LEA, { ...HUGO, label: 'CE1-CE2', level: 'CE1' }));
    expect(plan.added.map(({ kind }) => kind)).toEqual(['class', 'class', 'pupil', 'pupil']);
    expect(plan.classes.map(({ label, grades }) => [label, grades])).toEqual([
      ['CP', ['CP']],
      ['CE1-CE2', ['CE1', 'CE2']],
    ]);
    expect([plan.doubtful, plan.changed, plan.absentFromFile, plan.notices]).toEqual([[], [], [], []]);
  });

  test('a change is told field by field, and nothing known is erased by an empty cell', () => {
    const before = imported(EMPTY, [pupils({ ...LEA, ine: '120000000AL' })]);
    const plan = dryRun(before, pupils({ ...LEA, label: 'CE1', level: 'CE1' }));
    const [change] = plan.changed;
    expect(change?.changes).toEqual([
      { field: 'grade', before: 'CP', after: 'CE1' },
      { field: 'classId', before: 'class_<2026|cp>', after: 'class_<2026|ce1>' },
    ]);
    expect(change?.record).toMatchObject({ ine: '120000000AL' });
  });

  test('members that this module does not know survive', () => {
    const before = imported(EMPTY, [pupils(LEA)]);
    const kept: Directory = {
      ...before,
      pupils: before.pupils.map((pupil) => ({ ...pupil, symbol: 'hérisson' })),
    };
    expect(dryRun(kept, pupils({ ...LEA, label: 'CE1' })).changed[0]?.record).toMatchObject({
      symbol: 'hérisson',
    });
  });

  test('the INE finds a pupil whose name was corrected; the old extraction meets the new one', () => {
    const old = imported(EMPTY, [pupils(LEA)]);
    const withIne = imported(old, [pupils({ ...LEA, ine: '120000000AL' })]);
    const renamed = imported(withIne, [pupils({ ...LEA, family: 'MARTIN-ROY', ine: '120000000AL' })]);
    expect(renamed.pupils).toHaveLength(1);
    expect(renamed.pupils[0]).toMatchObject({ id: old.pupils[0]?.id, names: { family: 'MARTIN-ROY' } });
  });

  test("a known INE under another child's name and date is asked", () => {
    const before = imported(EMPTY, [pupils({ ...LEA, ine: '120000000AL' })]);
    const plan = dryRun(before, pupils({ ...HUGO, birth: '2019-01-01', ine: '120000000AL' }));
    expect(reasonsOf(plan)).toEqual([['0:2', 'ineConflict']]);
    expect(plan.doubtful[0]?.suggestion).toEqual({ action: 'skip' });
  });

  test('homonyms: asked without INE, certain with two different ones', () => {
    const other = { ...LEA, birth: '2020-11-11' };
    expect(reasonsOf(dryRun(EMPTY, pupils(LEA, other)))).toEqual([
      ['0:2', 'homonym'],
      ['0:3', 'homonym'],
    ]);
    const certain = pupils({ ...LEA, ine: '120000000AL' }, { ...other, ine: '120000001AL' });
    expect(dryRun(EMPTY, certain).doubtful).toEqual([]);
    const both = imported(EMPTY, [pupils(LEA, other)]);
    expect(both.pupils).toHaveLength(2);
    expect(dryRun(both, pupils(LEA, other))).toMatchObject({ doubtful: [], changed: [], added: [] });
  });

  test('a homonym of a known pupil can be declared the same person', () => {
    const before = imported(EMPTY, [pupils(LEA)]);
    const plan = dryRun(before, pupils({ ...LEA, birth: '2020-05-06' }));
    const [doubt] = plan.doubtful;
    expect(doubt?.suggestion).toEqual({ action: 'same', personId: before.pupils[0]?.id });
    const after = write(before, resolve(plan, suggestedDecisions(plan)).facts);
    expect(after.pupils).toMatchObject([{ id: before.pupils[0]?.id, birthDate: '2020-05-06' }]);
    expect(
      imported(before, [pupils({ ...LEA, birth: '2020-05-06' })], { '0:2': { action: 'keep' } }).pupils,
    ).toHaveLength(2);
  });

  test('a row given twice is a duplicate, unless somebody says otherwise', () => {
    const twice = pupils(LEA, LEA);
    expect(reasonsOf(dryRun(EMPTY, twice))).toEqual([['0:3', 'duplicate']]);
    expect(imported(EMPTY, [twice]).pupils).toHaveLength(1);
    const twins = imported(EMPTY, [twice], { '0:3': { action: 'keep' } });
    expect(twins.pupils).toHaveLength(2);
    expect(dryRun(twins, twice)).toMatchObject({ doubtful: [], changed: [], added: [] });
  });

  test('a bad date and an absent class wait for a decision, which the next import remembers', () => {
    const odd = pupils({ ...LEA, birth: '31/02/2020', label: '' }, HUGO);
    const plan = dryRun(EMPTY, odd);
    expect(reasonsOf(plan)).toEqual([['0:2', 'badDate', 'unknownClass']]);
    expect(resolve(plan, {})).toMatchObject({
      undecided: ['0:2'],
      facts: [{ kind: 'class' }, { kind: 'pupil' }],
    });
    const classId = plan.classes[0]?.id;
    const after = imported(EMPTY, [odd], { '0:2': { action: 'keep', birthDate: '2020-03-02', classId } });
    expect(after.pupils.map(({ birthDate, classId: group }) => [birthDate, group])).toEqual([
      ['2020-03-02', classId],
      ['2020-05-05', classId],
    ]);
    const again = pupils({ ...LEA, birth: '31/02/2020' }, HUGO);
    expect(dryRun(after, again)).toMatchObject({ doubtful: [], changed: [], added: [] });
  });

  test('decisions that make no sense are refused and write nothing', () => {
    const plan = dryRun(EMPTY, pupils({ ...LEA, birth: '' }));
    const code = (decision: Decision): string | undefined =>
      resolve(plan, { '0:2': decision }).refused[0]?.code;
    expect(code({ action: 'keep', birthDate: '2020-02-30' })).toBe('badBirthDate');
    expect(code({ action: 'keep', classId: 'class_x' })).toBe('unknownClass');
    expect(code({ action: 'keep', children: ['pupil_x'] })).toBe('unknownPupil');
    expect(code({ action: 'same', personId: 'pupil_x' })).toBe('unknownPerson');
    expect(resolve(plan, { '9:9': { action: 'skip' } }).refused[0]?.code).toBe('unknownDoubt');
    expect(resolve(plan, { '0:2': { action: 'keep', birthDate: 'x' } }).facts).toEqual([]);
  });

  test('a partial file deletes nobody, says who is absent, and rings at more than a tenth', () => {
    const everybody = Array.from({ length: 20 }, (_, rank) => ({ family: `F${rank}`, first: 'Zoé' }));
    const before = imported(EMPTY, [pupils(...everybody)]);
    const two = dryRun(before, pupils(...everybody.slice(2)));
    expect([two.absentFromFile.length, two.notices]).toEqual([2, []]);
    const three = dryRun(before, pupils(...everybody.slice(3)));
    expect(three.notices).toEqual([{ code: 'suspiciousDrop', kind: 'pupil', known: 20, absent: 3 }]);
    expect(write(before, resolve(three, {}).facts)).toEqual(before);
  });

  test("two classes of one label are told apart by ONDE's identifier", () => {
    const plan = dryRun(EMPTY, pupils({ ...LEA, onde: '1' }, { ...HUGO, onde: '2' }));
    expect(plan.classes.map(({ ondeClassId }) => ondeClassId)).toEqual(['1', '2']);
    const old = imported(EMPTY, [pupils(LEA)]);
    const [changed] = dryRun(old, pupils({ ...LEA, onde: '1' })).changed;
    expect(changed).toMatchObject({ kind: 'class', changes: [{ field: 'ondeClassId', after: '1' }] });
  });

  test('a new year makes new classes and moves the pupils', () => {
    const before = imported(EMPTY, [pupils(LEA)]);
    const plan = planImport(before, [pupils({ ...LEA, label: 'CP' })], { ...OPTIONS, schoolYear: 2027 });
    expect(plan.added).toMatchObject([{ kind: 'class', record: { schoolYear: 2027 } }]);
    expect(plan.changed).toMatchObject([{ kind: 'pupil', changes: [{ field: 'classId' }] }]);
  });
});

describe('guardians', () => {
  const school = pupils(LEA, HUGO, { ...HUGO, first: 'Zoé', label: 'CE1', level: 'CE1' });

  test('children are found by name, first name and class', () => {
    const plan = dryRun(
      EMPTY,
      guardians({
        family: 'ROY',
        first: 'Ève',
        children: [
          ['Morel', 'HUGO', 'cp'],
          ['MOREL', 'Zoé', 'CE1'],
        ],
      }),
      school,
    );
    const added = plan.added.filter(({ kind }) => kind === 'guardian');
    expect(added).toMatchObject([
      { record: { children: ['pupil_<morel|hugo|2020-05-05>', 'pupil_<morel|zoe|2020-05-05>'] } },
    ]);
  });

  test('a child that is nowhere, or in another class, is asked', () => {
    const plan = dryRun(
      EMPTY,
      school,
      guardians(
        { family: 'PARTI', first: 'Anne', children: [['PARTI', 'Octave', 'CP']] },
        {
          family: 'MOREL',
          first: 'Ève',
          children: [
            ['MOREL', 'Hugo', 'CE1'],
            ['MOREL', 'Zoé', 'CE1'],
          ],
        },
      ),
    );
    expect(reasonsOf(plan)).toEqual([
      ['1:2', 'childNotFound'],
      ['1:3', 'childUncertain'],
    ]);
    expect(plan.doubtful.map(({ suggestion }) => suggestion.action)).toEqual(['skip', 'keep']);
    const hugo = 'pupil_<morel|hugo|2020-05-05>';
    const after = imported(
      EMPTY,
      [
        school,
        plan.files[1]
          ? guardians({ family: 'MOREL', first: 'Ève', children: [['MOREL', 'Hugo', 'CE1']] })
          : school,
      ],
      {
        '1:2': { action: 'keep', children: [hugo] },
      },
    );
    expect(after.guardians).toMatchObject([{ children: [hugo] }]);
  });

  test('rows of one adult at one address are one; homonyms elsewhere are asked; M. and Mme are two', () => {
    const hugo: Adult['children'] = [['MOREL', 'Hugo', 'CP']];
    const zoe: Adult['children'] = [['MOREL', 'Zoé', 'CE1']];
    const camille = { family: 'MOREL', first: 'Camille' };
    const one = dryRun(
      EMPTY,
      school,
      guardians(
        { ...camille, street: '1 rue Haute', children: hugo },
        { ...camille, street: '1, rue haute', children: zoe },
      ),
    );
    expect(one.added.filter(({ kind }) => kind === 'guardian')).toHaveLength(1);
    const two = guardians(
      { ...camille, street: '1 rue Haute', children: hugo },
      { ...camille, street: '9 rue Basse', children: zoe },
    );
    expect(reasonsOf(dryRun(EMPTY, school, two))).toEqual([
      ['1:2', 'homonym'],
      ['1:3', 'homonym'],
    ]);
    const couple = guardians({ ...camille, children: hugo }, { ...camille, civility: 'M.', children: hugo });
    expect(dryRun(EMPTY, school, couple).doubtful).toEqual([]);

    const plan = dryRun(EMPTY, school, two);
    const first = plan.doubtful[0]?.record.id ?? '';
    const joined = imported(EMPTY, [school, two], {
      '1:2': { action: 'keep' },
      '1:3': { action: 'same', personId: first },
    });
    expect(joined.guardians).toMatchObject([{ id: first, address: { street: '1 rue Haute' } }]);
    expect(joined.guardians[0]?.children).toHaveLength(2);
    expect(dryRun(joined, school, two)).toMatchObject({ doubtful: [], changed: [], added: [] });
  });

  test('a link follows the decision taken about the child', () => {
    const before = imported(EMPTY, [pupils(LEA)]);
    const files = [
      pupils({ ...LEA, birth: '2020-05-06' }, { ...HUGO, birth: '' }),
      guardians({
        family: 'ROY',
        first: 'Ève',
        children: [
          ['MARTIN', 'Léa', 'CP'],
          ['MOREL', 'Hugo', 'CP'],
        ],
      }),
    ];
    const known = before.pupils[0]?.id ?? '';
    const decisions: Record<string, Decision> = {
      '0:2': { action: 'same', personId: known },
      '0:3': { action: 'skip' },
    };
    const after = imported(before, files, decisions);
    expect(after.guardians).toMatchObject([{ children: [known] }]);
    const again = planImport(after, files, OPTIONS);
    expect(resolve(again, { '0:3': { action: 'skip' } }).facts).toEqual([]);
  });

  test('a guardian none of whose children is written is left out', () => {
    const files = [
      pupils({ ...LEA, birth: '' }),
      guardians({ family: 'ROY', first: 'Ève', children: [['MARTIN', 'Léa', 'CP']] }),
    ];
    expect(resolve(planImport(EMPTY, files, OPTIONS), {})).toMatchObject({
      facts: [],
      leftOut: [{ kind: 'guardian' }],
    });
  });

  test('a link that the file no longer says is kept and reported', () => {
    const roy = { family: 'ROY', first: 'Ève', street: '1 rue Haute' };
    const before = imported(EMPTY, [
      school,
      guardians({
        ...roy,
        children: [
          ['MOREL', 'Hugo', 'CP'],
          ['MOREL', 'Zoé', 'CE1'],
        ],
      }),
    ]);
    const plan = dryRun(before, school, guardians({ ...roy, children: [['MOREL', 'Hugo', 'CP']] }));
    expect(plan.absentFromFile).toMatchObject([
      { kind: 'guardianLink', pupilId: 'pupil_<morel|zoe|2020-05-05>' },
    ]);
    expect(resolve(plan, {}).facts).toEqual([]);
  });
});

describe('staff', () => {
  test('teachers find their class; the head is one; an unknown class is asked', () => {
    const plan = dryRun(
      EMPTY,
      teachers(['AUBRY', 'Hélène', 'CP', 'oui'], ['ROY', 'Paul', ''], ['VIDAL', 'Jean', 'CM2']),
      pupils(LEA),
    );
    const staff = plan.added.filter(({ kind }) => kind === 'staff');
    expect(staff).toMatchObject([
      { record: { roles: ['teacher', 'head'], classIds: ['class_<2026|cp>'] } },
      { record: { roles: ['teacher'], classIds: [] } },
    ]);
    expect(plan.doubtful).toMatchObject([{ reasons: [{ code: 'unknownClass', label: 'CM2' }] }]);
  });

  test('two rows under one name are asked, and remembered', () => {
    const files = [
      pupils(LEA, { ...HUGO, label: 'CE1' }),
      teachers(['AUBRY', 'Hélène', 'CP'], ['AUBRY', 'Hélène', 'CE1']),
    ];
    const plan = planImport(EMPTY, files, OPTIONS);
    expect(reasonsOf(plan)).toEqual([
      ['1:2', 'homonym'],
      ['1:3', 'homonym'],
    ]);
    const one = imported(EMPTY, files);
    expect(one.staff).toMatchObject([{ classIds: ['class_<2026|cp>', 'class_<2026|ce1>'] }]);
    const two = imported(EMPTY, files, { '1:2': { action: 'keep' }, '1:3': { action: 'keep' } });
    expect(two.staff).toHaveLength(2);
    for (const after of [one, two]) {
      expect(planImport(after, files, OPTIONS)).toMatchObject({ doubtful: [], changed: [], added: [] });
    }
  });

  test('somebody renamed since keeps one record', () => {
    const files = [pupils(LEA), teachers(['AUBRY', 'Hélène', 'CP'])];
    const before = imported(EMPTY, files);
    const renamed = {
      ...before,
      staff: before.staff.map((member) => ({ ...member, names: { family: 'ROY', first: 'Hélène' } })),
    };
    expect(imported(renamed, files).staff).toHaveLength(1);
  });
});
