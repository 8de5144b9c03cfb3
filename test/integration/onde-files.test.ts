/**
 * The import of a school from real files: the invented ones committed beside, and the sample of an older year where
 * this machine has it (`../shared/samples/onde-emile-zola`, entcore's « École primaire Émile Zola »).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseOndeFile, planImport, resolve, suggestedDecisions } from '../../src/domain/people/onde';
import type { Decision, ImportPlan, OndeFile } from '../../src/domain/people/onde';
import { EMPTY, OPTIONS, TODAY, write } from '../../src/domain/people/onde/testing';
import type { Directory } from '../../src/domain/people/person';
import { needs } from '../needs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const fixtures = join(root, 'test/fixtures/onde');
const sample = join(root, '../shared/samples/onde-emile-zola');
const NAMES = ['eleves', 'responsables', 'enseignants'] as const;

function readFolder(folder: string): OndeFile[] {
  return NAMES.map((name) => {
    const reading = parseOndeFile(readFileSync(join(folder, `CSVExtraction-${name}.csv`)), { today: TODAY });
    if (!reading.ok) throw new Error(`${name}: ${JSON.stringify(reading.problem)}`);
    return reading.file;
  });
}

const reasonCodes = (plan: ImportPlan): string[] =>
  plan.doubtful.flatMap(({ kind, reasons }) => reasons.map(({ code }) => `${kind} ${code}`)).sort();
const count = (plan: ImportPlan, kind: string): number =>
  plan.added.filter((added) => added.kind === kind).length;
const apply = (current: Directory, plan: ImportPlan, decisions: Record<string, Decision>): Directory =>
  write(current, resolve(plan, decisions).facts);

describe('the invented school', () => {
  const old = readFolder(join(fixtures, 'ancienne'));
  const now = readFolder(join(fixtures, 'actuelle'));

  test('is what the generator writes', () => {
    const before = fixtureBytes();
    execFileSync(process.execPath, [join(fixtures, 'generate.mjs')]);
    expect(fixtureBytes()).toEqual(before);
  });

  test('old generation: every accident is named before anything is written', () => {
    expect(old).toMatchObject([
      {
        kind: 'pupils',
        generation: 'old',
        encoding: 'windows-1252',
        columns: 20,
        schoolYear: 2026,
        unknownColumns: [],
        rejected: [],
      },
      { kind: 'guardians', columns: 25, unknownColumns: [], rejected: [] },
      { kind: 'teachers', columns: 13, unknownColumns: [], rejected: [] },
    ]);
    const plan = planImport(EMPTY, old, OPTIONS);
    expect(plan.classes.map(({ label, grades }) => `${label}: ${grades.join(' ')}`)).toEqual([
      'CP: CP',
      'CE1-CE2: CE1 CE2',
      'CM1-CM2: CM1 CM2',
    ]);
    expect(reasonCodes(plan).filter((code) => code.startsWith('pupil'))).toEqual([
      'pupil badDate',
      'pupil duplicate',
      'pupil homonym',
      'pupil homonym',
      'pupil unknownClass',
    ]);
    expect(reasonCodes(plan)).toContain('guardian childNotFound');
    expect(
      plan.added.some(({ record }) => 'names' in record && record.names.first === 'Marie-Apolline'),
    ).toBe(true);
    expect(
      plan.added.filter(({ kind, record }) => kind === 'staff' && record.roles.includes('head')),
    ).toHaveLength(1);
    expect(JSON.stringify(plan)).not.toContain('2 rue Haute');
  });

  test('a second import of the same files writes nothing', () => {
    const plan = planImport(EMPTY, old, OPTIONS);
    const school = apply(EMPTY, plan, suggestedDecisions(plan));
    expect(school.pupils).toHaveLength(58);
    const again = planImport(school, old, OPTIONS);
    expect([again.added, again.changed, again.absentFromFile, again.notices]).toEqual([[], [], [], []]);
    expect(resolve(again, suggestedDecisions(again)).facts).toEqual([]);
  });

  test('current generation: INE and class identifiers complete the same people', () => {
    expect(now[0]).toMatchObject({
      generation: 'current',
      encoding: 'utf-8-bom',
      columns: 22,
      unknownColumns: [],
      rejected: [],
    });
    const first = planImport(EMPTY, old, OPTIONS);
    const school = apply(EMPTY, first, suggestedDecisions(first));
    const plan = planImport(school, now, OPTIONS);
    const completed = apply(school, plan, suggestedDecisions(plan));
    expect(completed.pupils.map(({ id }) => id)).toEqual(school.pupils.map(({ id }) => id));
    expect(completed.pupils.every(({ ine, birthDate, classId }) => ine && birthDate && classId)).toBe(true);
    expect(completed.classes.map(({ ondeClassId }) => ondeClassId).sort()).toEqual([
      '700101',
      '700102',
      '700103',
    ]);
    const alone = planImport(EMPTY, now, OPTIONS);
    expect(reasonCodes(alone).filter((code) => code.startsWith('pupil'))).toEqual([]);
    expect(count(alone, 'pupil')).toBe(58);
  });

  test('half of the file deletes nobody', () => {
    const plan = planImport(EMPTY, now, OPTIONS);
    const school = apply(EMPTY, plan, suggestedDecisions(plan));
    const [pupils] = now;
    if (pupils?.kind !== 'pupils') throw new Error('the pupils’ file comes first');
    const half = planImport(school, [{ ...pupils, rows: pupils.rows.slice(0, 29) }], OPTIONS);
    expect(half.notices).toEqual([{ code: 'suspiciousDrop', kind: 'pupil', known: 58, absent: 29 }]);
    expect(resolve(half, {}).facts).toEqual([]);
  });
});

function fixtureBytes(): string[] {
  return ['ancienne', 'actuelle'].flatMap((folder) =>
    NAMES.map((name) => readFileSync(join(fixtures, folder, `CSVExtraction-${name}.csv`)).toString('base64')),
  );
}

const present = existsSync(sample);
const MISSING = '../shared/samples/onde-emile-zola is not on this machine';
describe('the Émile Zola sample', needs(present, MISSING), () => {
  test('247 pupils in 10 classes, 14 teachers of whom one head, 469 guardian rows of 17, 21 and 25 columns', () => {
    const files = readFolder(sample);
    expect(
      files.map(({ kind, rows, rejected, unknownColumns }) => [kind, rows.length, rejected, unknownColumns]),
    ).toEqual([
      ['pupils', 247, [], []],
      ['guardians', 469, [], []],
      ['teachers', 14, [], []],
    ]);
    expect(files.flatMap(({ rows }) => rows.flatMap(({ problems }) => problems))).toEqual([]);
    const plan = planImport(EMPTY, files, OPTIONS);
    expect(plan.notices).toEqual([{ code: 'otherSchoolYear', file: 0, found: 2013, expected: 2026 }]);
    expect([count(plan, 'class'), count(plan, 'pupil'), count(plan, 'staff')]).toEqual([10, 247, 14]);
    expect(
      plan.added.filter(({ kind, record }) => kind === 'staff' && record.roles.includes('head')),
    ).toHaveLength(1);
    // Two couples of rows are one adult at one address; six couples are homonyms at two addresses, and are asked.
    expect(count(plan, 'guardian')).toBe(455);
    expect(reasonCodes(plan)).toEqual(Array(12).fill('guardian homonym'));

    const school = apply(EMPTY, plan, suggestedDecisions(plan));
    expect(school.guardians).toHaveLength(467);
    // One couple of rows each names children; 491 links in the file, all found.
    expect(school.guardians.flatMap(({ children }) => children)).toHaveLength(491);
    const again = planImport(school, files, OPTIONS);
    expect([again.added, again.changed, again.doubtful, again.absentFromFile]).toEqual([[], [], [], []]);
  });
});
