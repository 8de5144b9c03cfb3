/** What must hold for any school: two imports change nothing, two postes agree, nothing is ever deleted. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Directory } from '../person';
import { ONDE_LIMITS } from './limits';
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
  OLD_HEADER,
  OPTIONS,
  TEACHER_HEADER,
  TODAY,
  write,
} from './testing';
import type { Decision, ImportPlan } from './plan-types';

/** Properties run hundreds of imports; a busy machine with two cores needs room. */
const PROPERTY_TIME_MS = 60_000;

/** Few names on purpose, so that homonyms, duplicates and siblings are everywhere. */
const family = fc.constantFrom('MARTIN', "O'BRIEN", 'O BRIEN', 'LEBŒUF', 'DE LA TOUR');
const first = fc.constantFrom('Léa', 'LEA', 'Hugo', 'Marie-Apolline');
const label = fc.constantFrom('CP', 'CE1-CE2', '');
const child = fc.record({
  family,
  first,
  birth: fc.constantFrom('2019-01-01', '05/05/2020', '31/02/2020', ''),
  ine: fc.constantFrom('', '', '120000000AL', '120000001BM', '99'),
  label,
  onde: fc.constantFrom('', '7', '8'),
});
const adult = fc.record({
  civility: fc.constantFrom('M.', 'MME', ''),
  family,
  first: fc.constantFrom('Ève', 'Paul'),
  street: fc.constantFrom('', '1 rue Haute', '2 rue Basse'),
  children: fc.array(fc.tuple(family, first, label), { minLength: 1, maxLength: 3 }),
});
const teacher = fc.record({ family, first, label, head: fc.constantFrom('oui', 'non') });
const school = fc.record({
  old: fc.boolean(),
  pupils: fc.array(child, { maxLength: 12 }),
  guardians: fc.array(adult, { maxLength: 8 }),
  teachers: fc.array(teacher, { maxLength: 5 }),
});
type School = typeof school extends fc.Arbitrary<infer T> ? T : never;

function filesOf({ old, pupils, guardians, teachers }: School): OndeFile[] {
  const header = old ? OLD_HEADER : NEW_HEADER;
  const tables = [
    [
      header,
      ...pupils.map((one) =>
        cellsUnder(header, {
          [old ? 'Nom Elève' : 'Nom élève']: one.family,
          [old ? 'Prénom Elève' : 'Prénom élève']: one.first,
          'Date naissance': one.birth,
          INE: one.ine,
          [old ? 'Classe' : 'Libellé classe']: one.label,
          'Identifiant classe': one.onde,
        }),
      ),
    ],
    [
      guardianHeader(3),
      ...guardians.map((one) => [
        ...cellsUnder(guardianHeader(0), {
          'Civilité Responsable': one.civility,
          'Nom responsable': one.family,
          'Prénom responsable': one.first,
          'Adresse responsable': one.street,
          'CP responsable': '39990',
        }),
        ...one.children.flatMap(([name, given, group]) => ['', name, given, group]),
      ]),
    ],
    [
      TEACHER_HEADER,
      ...teachers.map((one) =>
        cellsUnder(TEACHER_HEADER, {
          Nom: one.family,
          Prénom: one.first,
          Classe: one.label,
          Directeur: one.head,
        }),
      ),
    ],
  ];
  return tables.map((table) => {
    const reading = parseOndeFile(csv(table), { today: TODAY });
    if (!reading.ok) throw new Error(JSON.stringify(reading.problem));
    return reading.file;
  });
}

const keepAll = (plan: ImportPlan): Record<string, Decision> =>
  Object.fromEntries(plan.doubtful.map(({ id }) => [id, { action: 'keep' }]));
const choices = fc.constantFrom(suggestedDecisions, keepAll, () => ({}));
const after = (
  current: Directory,
  files: OndeFile[],
  choose: (plan: ImportPlan) => Record<string, Decision>,
): Directory => {
  const plan = planImport(current, files, OPTIONS);
  return write(current, resolve(plan, choose(plan)).facts);
};

test(
  'importing twice changes nothing',
  () => {
    fc.assert(
      fc.property(school, choices, (input, choose) => {
        const files = filesOf(input);
        const once = after(EMPTY, files, choose);
        const plan = planImport(once, files, OPTIONS);
        expect(resolve(plan, choose === keepAll ? {} : choose(plan)).facts).toEqual([]);
      }),
      { numRuns: 200 },
    );
  },
  PROPERTY_TIME_MS,
);

test(
  'everything kept once is never asked again',
  () => {
    fc.assert(
      fc.property(school, (input) => {
        const files = filesOf(input);
        const once = after(EMPTY, files, keepAll);
        const plan = planImport(once, files, OPTIONS);
        const asked = plan.doubtful.filter(({ kind }) => kind === 'pupil');
        expect(asked).toEqual([]);
      }),
      { numRuns: 200 },
    );
  },
  PROPERTY_TIME_MS,
);

test(
  'two postes that import the same files and decide alike hold the same records',
  () => {
    fc.assert(
      fc.property(school, choices, (input, choose) => {
        const here = after(EMPTY, filesOf(input), choose);
        const there = after(EMPTY, JSON.parse(JSON.stringify(filesOf(input))) as OndeFile[], choose);
        expect(there).toEqual(here);
        // What arrives from the other poste is what is already here.
        const merged = write(
          here,
          [...there.pupils].map((record) => ({ kind: 'pupil', operation: 'update', record })),
        );
        expect(merged).toEqual(here);
      }),
      { numRuns: 100 },
    );
  },
  PROPERTY_TIME_MS,
);

test(
  'a partial file deletes nobody and keeps every id apart',
  () => {
    fc.assert(
      fc.property(school, school, choices, (first_, second, choose) => {
        const before = after(EMPTY, filesOf(first_), suggestedDecisions);
        const plan = planImport(before, filesOf(second), OPTIONS);
        const resolution = resolve(plan, choose(plan));
        const ids = resolution.facts.map(({ record }) => record.id);
        expect(new Set(ids).size).toBe(ids.length);
        const now = write(before, resolution.facts);
        for (const kind of ['pupils', 'guardians', 'staff', 'classes'] as const) {
          const present = new Set(now[kind].map(({ id }) => id));
          expect(before[kind].filter(({ id }) => !present.has(id))).toEqual([]);
        }
        const pupils = new Set(now.pupils.map(({ id }) => id));
        expect(now.guardians.flatMap(({ children }) => children).filter((id) => !pupils.has(id))).toEqual([]);
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      }),
      { numRuns: 200 },
    );
  },
  PROPERTY_TIME_MS,
);

test(
  'a file made of one name, as long as files may be, is planned in reasonable time and memory',
  () => {
    const rows = ONDE_LIMITS.rows;
    const pupil = (rank: number): string[] =>
      cellsUnder(OLD_HEADER, {
        'Nom Elève': 'MARTIN',
        'Prénom Elève': 'Léa',
        'Date naissance': '',
        Classe: `C${rank % 50}`,
      });
    const files = [
      csv([OLD_HEADER, ...Array.from({ length: rows }, (_, rank) => pupil(rank))]),
      csv([
        guardianHeader(1),
        ...Array.from({ length: rows }, (_, rank) => [
          ...cellsUnder(guardianHeader(0), {
            'Nom responsable': 'MARTIN',
            'Prénom responsable': 'Ève',
            'CP responsable': '39990',
            'Adresse responsable': `${rank} rue Haute`,
          }),
          ...['', 'MARTIN', 'Léa', ''],
        ]),
      ]),
      csv([
        TEACHER_HEADER,
        ...Array.from({ length: ONDE_LIMITS.teachers }, (_, rank) =>
          cellsUnder(TEACHER_HEADER, { Nom: 'MARTIN', Prénom: 'Léa', Courriel: `m${rank}@example.org` }),
        ),
      ]),
    ].map((bytes) => {
      const reading = parseOndeFile(bytes, { today: TODAY });
      if (!reading.ok) throw new Error(JSON.stringify(reading.problem));
      return reading.file;
    });
    const plan = planImport(EMPTY, files, OPTIONS);
    expect(plan.doubtful).toHaveLength(2 * rows + ONDE_LIMITS.teachers);
    expect(JSON.stringify(plan).length).toBeLessThan(100_000_000);
  },
  PROPERTY_TIME_MS,
);
