/** What must hold for any AAF, alone and after ONDE: two imports change nothing, two postes agree, a number is one person. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Directory } from '../person';
import { parseOndeFile, planImport, resolve, suggestedDecisions } from '../onde';
import type { Decision, ImportPlan, OndeFile } from '../onde';
import { cellsUnder, csv, EMPTY, NEW_HEADER, OPTIONS, TODAY, write } from '../onde/testing';
import type { AafKind, AafObject } from './aaf-object';
import { aafFiles } from './aaf-rows';

const PROPERTY_TIME_MS = 60_000;

/** Few names and numbers on purpose: homonyms, children held twice, numbers that stand twice are everywhere. */
const family = fc.constantFrom<string>('MARTIN', "O'BRIEN", 'LEBŒUF');
const first = fc.constantFrom<string>('Léa', 'Hugo');
const number = fc.integer({ min: 1, max: 9 }).map(String);
const label = fc.constantFrom<string>('CP A', 'CE1', '');
const child = fc.record({
  id: number,
  family,
  first,
  birth: fc.constantFrom<string>('01/01/2019', '05/05/2020', ''),
  ine: fc.constantFrom<string>('', '120000000AL', '120000001BM'),
  label,
  parents: fc.array(number, { maxLength: 2 }),
});
const adult = fc.record({
  id: number,
  family,
  first: fc.constantFrom<string>('Ève', 'Paul'),
  civility: fc.constantFrom<string>('M.', 'Mme', ''),
  street: fc.constantFrom<string>('', '1 rue Haute'),
  children: fc.array(number, { maxLength: 2 }),
});
const teacher = fc.record({ id: number, family, first, label, head: fc.boolean() });
const school = fc.record({
  children: fc.array(child, { maxLength: 10 }),
  adults: fc.array(adult, { maxLength: 8 }),
  teachers: fc.array(teacher, { maxLength: 4 }),
});
type School = typeof school extends fc.Arbitrary<infer T> ? T : never;

const said = (values: Record<string, string | string[]>): AafObject['values'] =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, [value].flat().filter((one) => one !== '')]),
  );
const inClass = (name: string): string => (name === '' ? '' : `42$${name}`);

function objectsOf({ children, adults, teachers }: School): AafObject[][] {
  const object = (kind: AafKind, id: string, rank: number, values: AafObject['values']): AafObject => ({
    request: 'add', kind, id, rank: rank + 1, values, dropped: [],
  }); // prettier-ignore
  return [
    children.map((one, rank) =>
      object('pupil', one.id, rank, said({
        ENTPersonNom: one.family,
        ENTPersonPrenom: one.first,
        ENTPersonDateNaissance: one.birth,
        ENTEleveINE: one.ine,
        ENTPersonClasses: inClass(one.label),
        ENTPersonStructRattach: '42',
        ENTEleveAutoriteParentale: one.parents.map((id) => `p${id}`),
      })),
    ),
    adults.map((one, rank) =>
      object('guardian', `p${one.id}`, rank, said({
        ENTPersonNom: one.family,
        ENTPersonPrenom: one.first,
        ENTPersonCivilite: one.civility,
        ENTPersonAdresse: one.street,
        ENTPersonCodePostal: '39990',
        ENTPersRelEleveEleve: one.children,
      })),
    ),
    teachers.map((one, rank) =>
      object('staff', `t${one.id}`, rank, said({
        ENTPersonNom: one.family,
        ENTPersonPrenom: one.first,
        ENTPersonFonctions: `42$${one.head ? 'DIR' : 'ENS'}$x`,
        ENTEnsClasses: inClass(one.label),
      })),
    ),
  ]; // prettier-ignore
}

function aaf(input: School, current: Directory): OndeFile[] {
  const objects = objectsOf(input).flatMap((list, file) => list.map((object) => ({ file, object })));
  return aafFiles({ objects, structures: new Set(['42']), today: TODAY }, current).map(({ read }) => read);
}

function onde({ children }: School): OndeFile[] {
  const rows = children.map((one) =>
    cellsUnder(NEW_HEADER, {
      'Nom élève': one.family,
      'Prénom élève': one.first,
      'Date naissance': one.birth,
      INE: one.ine,
      'Libellé classe': one.label,
      'Identifiant classe': one.label === '' ? '' : `7${one.label.length}`,
    }),
  );
  const reading = parseOndeFile(csv([NEW_HEADER, ...rows]), { today: TODAY });
  if (!reading.ok) throw new Error(JSON.stringify(reading.problem));
  return [reading.file];
}

type Choose = (plan: ImportPlan) => Record<string, Decision>;
const choices: fc.Arbitrary<Choose> = fc.constantFrom(suggestedDecisions, () => ({}));
function after(current: Directory, files: readonly OndeFile[], choose: Choose): Directory {
  const plan = planImport(current, files, OPTIONS);
  return write(current, resolve(plan, choose(plan)).facts);
}

test(
  'the same AAF twice changes nothing; after ONDE, what was left undecided settles with the second',
  () => {
    fc.assert(
      fc.property(school, fc.option(school), choices, (input, before, choose) => {
        const start = before ? after(EMPTY, onde(before), suggestedDecisions) : EMPTY;
        const first_ = after(start, aaf(input, start), choose);
        const once = before ? after(first_, aaf(input, first_), choose) : first_;
        const plan = planImport(once, aaf(input, once), OPTIONS);
        expect(resolve(plan, choose(plan)).facts).toEqual([]);
      }),
      { numRuns: 300 },
    );
  },
  PROPERTY_TIME_MS,
);

test(
  'two postes that read the same AAF hold the same records',
  () => {
    fc.assert(
      fc.property(school, choices, (input, choose) => {
        const copy = JSON.parse(JSON.stringify(input)) as School;
        expect(after(EMPTY, aaf(copy, EMPTY), choose)).toEqual(after(EMPTY, aaf(input, EMPTY), choose));
      }),
      { numRuns: 100 },
    );
  },
  PROPERTY_TIME_MS,
);

/** Two rows said to be one teacher: the second file makes a head of one of the two numbers. */
const schoolOf = (heads: readonly string[], ids: readonly string[]): School => ({
  children: [],
  adults: [],
  teachers: ids.map((id) => ({
    id,
    family: 'MARTIN',
    first: 'Léa',
    label: 'CP A',
    head: heads.includes(id),
  })),
});
const TWO_NUMBERS_OF_ONE: [School, School, Choose] = [
  schoolOf([], ['4', '8']),
  schoolOf(['8'], ['8', '4']),
  suggestedDecisions,
];

test(
  'one number is never two people, and nobody is lost',
  () => {
    fc.assert(
      fc.property(school, school, choices, (first_, second, choose) => {
        const before = after(EMPTY, aaf(first_, EMPTY), suggestedDecisions);
        const now = after(before, aaf(second, before), choose);
        for (const kind of ['pupils', 'guardians', 'staff', 'classes'] as const) {
          const keys = now[kind].flatMap(({ feedKeys }) => feedKeys ?? []);
          expect(new Set(keys).size).toBe(keys.length);
          const present = new Set(now[kind].map(({ id }) => id));
          expect(before[kind].filter(({ id }) => !present.has(id))).toEqual([]);
        }
        const linked = now.guardians.flatMap(({ children, feedHint = [] }) =>
          feedHint.filter((id) => !children.includes(id)),
        );
        expect(linked).toEqual([]);
      }),
      { numRuns: 300, examples: [TWO_NUMBERS_OF_ONE] },
    );
  },
  PROPERTY_TIME_MS,
);

test(
  'a child with an INE has one id, whichever feed comes first',
  () => {
    fc.assert(
      fc.property(school, (input) => {
        const clear = {
          ...input,
          children: [...new Map(input.children.map((one) => [one.id, one])).values()].map((one) => ({
            ...one,
            first: `Enfant ${one.id}`,
            birth: '05/05/2020',
            label: 'CP A',
            ine: `12000000${one.id}AL`,
          })),
        };
        const ondeFirst = after(EMPTY, onde(clear), suggestedDecisions);
        const both = after(ondeFirst, aaf(clear, ondeFirst), suggestedDecisions);
        const aafFirst = after(EMPTY, aaf(clear, EMPTY), suggestedDecisions);
        const ids = (directory: Directory): string[] => directory.pupils.map(({ id }) => id).sort();
        expect(ids(both)).toEqual(ids(ondeFirst));
        expect(ids(aafFirst)).toEqual(ids(ondeFirst));
      }),
      { numRuns: 100 },
    );
  },
  PROPERTY_TIME_MS,
);
