/** Reading one ONDE extraction: which it is, what its rows say, what in it could not be used. */
import { schoolYearOf } from '../../time';
import { checkUai } from '../../school/uai';
import { countDropped } from '../feeds/dropped';
import type { Dropped } from '../feeds/dropped';
import { usualAge } from '../person';
import {
  canonicalHeader,
  CLASS_COLUMNS,
  DROPPED,
  droppedColumn,
  feedOfHeaders,
  GUARDIAN_COLUMNS,
  PUPIL_COLUMNS,
  recogniseKind,
  REQUIRED,
  TEACHER_COLUMNS,
  UAI_HEADERS,
} from './columns';
import type { AdultField, ChildField, ClassField, Column, TeacherField } from './columns';
import { decodeOnde } from './decode';
import type { OndeEncoding } from './decode';
import { ONDE_LIMITS } from './limits';
import type { OndeProblem, RejectedRow } from './problems';
import { guardianRow, pupilRow, teacherRow, withoutUndefined } from './rows';
import type { Cells, ClassRow, GuardianRow, PupilRow, TeacherRow } from './rows';
import { readTable } from './table';
import type { TableRow } from './table';

export type Feed = 'onde' | 'aaf' | 'one' | 'beneylu';

interface OndeFileBase {
  feed: Feed;
  /** Says what changed and not what is: who is not named is not absent. */
  partial?: boolean | undefined;
  /** Known people who the file says are not of the school any more. */
  gone?: { id: string; line: number }[] | undefined;
  /** What stood in the file and was not kept. */
  dropped: Dropped[];
  encoding: OndeEncoding;
  /** Width of the header. */
  columns: number;
  /** Headers that nothing is known about; their cells were not read. */
  unknownColumns: string[];
  rejected: RejectedRow[];
}

export interface PupilsFile extends OndeFileBase {
  kind: 'pupils';
  /** `current` has the INE or the class identifier. */
  generation: 'old' | 'current';
  /** School year that the ages and grades of the file point to; absent when too few rows say so. */
  schoolYear?: number | undefined;
  rows: PupilRow[];
}

export interface GuardiansFile extends OndeFileBase {
  kind: 'guardians';
  rows: GuardianRow[];
}

export interface TeachersFile extends OndeFileBase {
  kind: 'teachers';
  rows: TeacherRow[];
}

export interface ClassesFile extends OndeFileBase {
  kind: 'classes';
  rows: ClassRow[];
}

export type OndeFile = PupilsFile | GuardiansFile | TeachersFile | ClassesFile;
export type OndeReading = { ok: true; file: OndeFile } | { ok: false; problem: OndeProblem };

/**
 * Reads the bytes of one extraction (ONDE, 22 columns; BE1D, 20 columns; guardians of 17 columns and 4 more a child;
 * teachers). Pure, bounded by `ONDE_LIMITS`, never throws on any bytes. Sources: `peers-ent-sync.md` B1, entcore
 * `ProfileColumnsMapper.java`, EOLE's CI sample.
 * @param today ISO date in the school's zone, to judge ages where the file's own year cannot be told
 * @param uai the school's own: rows of others, where a file says so, are left out
 */
export function parseOndeFile(
  bytes: Uint8Array,
  { today, uai }: { today: string; uai?: string | undefined },
): OndeReading {
  const decoded = decodeOnde(bytes);
  if (!decoded.ok) return decoded;
  const table = readTable(decoded.text);
  if (!table.ok) return table;
  const canonical = table.header.map(canonicalHeader);
  const kind = recogniseKind(canonical);
  if (!kind) {
    if (canonical.includes('codeinsee')) return { ok: false, problem: { code: 'nothingToRead' } };
    const headers = table.header.slice(0, 30).map((header) => header.slice(0, 60));
    return { ok: false, problem: { code: 'unrecognised', headers } };
  }
  const synonyms = {
    pupils: PUPIL_COLUMNS,
    guardians: GUARDIAN_COLUMNS,
    teachers: TEACHER_COLUMNS,
    classes: CLASS_COLUMNS,
  }[kind];
  const known = canonical.map((header) => synonyms.get(header));
  const columns = Object.entries(REQUIRED[kind])
    .filter(([field]) => !known.includes(field as never))
    .map(([, name]) => name);
  const sayHead = ['head', 'function'].some((field) => known.includes(field as never));
  if (kind === 'teachers' && !sayHead) columns.push('Directeur');
  if (columns.length > 0) return { ok: false, problem: { code: 'missingColumns', kind, columns } };

  const rejected: RejectedRow[] = [];
  const own = ownRows(table.rows, canonical, uai);
  if (own.rows.length === 0 && own.others.length > 0)
    return { ok: false, problem: { code: 'otherSchool', found: own.others } };
  const base = {
    feed: feedOfHeaders(table.header, canonical),
    dropped: droppedCells(own.rows, canonical, known),
    encoding: decoded.encoding,
    columns: table.header.length,
    unknownColumns: table.header.filter((header, index) => header !== '' && known[index] === undefined),
    rejected,
  };
  const rows = own.rows.filter((row) =>
    accept(row, kind === 'guardians' ? undefined : known.length, rejected),
  );
  if (kind === 'guardians') {
    const mapping = canonical.map((header) => GUARDIAN_COLUMNS.get(header));
    return { ok: true, file: { kind, ...base, rows: guardianRows(mapping, rows, rejected) } };
  }
  if (kind === 'teachers') {
    const limit = ONDE_LIMITS.teachers;
    if (rows.length > limit) return { ok: false, problem: { code: 'tooManyRows', limit } };
    const mapping = canonical.map((header) => TEACHER_COLUMNS.get(header));
    const parsed = rows.map((row) => teacherRow(row.line, teacherCells(mapping, row.cells)));
    return { ok: true, file: { kind, ...base, rows: named(parsed, rejected) } };
  }
  if (kind === 'classes') {
    const mapping = canonical.map((header) => CLASS_COLUMNS.get(header));
    return { ok: true, file: { kind, ...base, rows: classRows(mapping, rows, rejected) } };
  }
  const mapping = canonical.map((header) => PUPIL_COLUMNS.get(header));
  const generation = mapping.includes('ine') || mapping.includes('ondeClassId') ? 'current' : 'old';
  const parsed = named(
    rows.map((row) => pupilRow(row.line, cellsOf(mapping, row.cells))),
    rejected,
  );
  const schoolYear = judgePupils(parsed, today);
  const year = schoolYear === undefined ? {} : { schoolYear };
  return { ok: true, file: { kind, generation, ...year, ...base, rows: parsed } };
}

/** The year that the rows point to, and every age judged by it. */
export function judgePupils(rows: readonly PupilRow[], today: string): number | undefined {
  const schoolYear = yearOfFile(rows);
  for (const row of rows) judgeAge(row, schoolYear ?? schoolYearOf(today), today);
  return schoolYear;
}

/** Where a file says of each row which school it is of, only the own ones are read. */
function ownRows(
  rows: readonly TableRow[],
  canonical: readonly string[],
  uai: string | undefined,
): { rows: readonly TableRow[]; others: string[] } {
  const at = canonical.findIndex((header) => UAI_HEADERS.has(header));
  if (at < 0 || uai === undefined) return { rows, others: [] };
  const said = (row: TableRow): string | undefined => checkUai(row.cells[at] ?? '');
  const others = new Set(rows.flatMap((row) => said(row) ?? []));
  others.delete(uai);
  return { rows: rows.filter((row) => (said(row) ?? uai) === uai), others: [...others].slice(0, 5) };
}

/** Counts what the columns that are not read held; the cells themselves go no further. */
function droppedCells(
  rows: readonly TableRow[],
  canonical: readonly string[],
  known: readonly unknown[],
): Dropped[] {
  const kinds = canonical.map((header, at) => (known[at] === DROPPED ? droppedColumn(header) : undefined));
  return countDropped(
    rows.flatMap(({ cells }) => kinds.flatMap((kind, at) => (kind && cells[at] ? [kind] : []))),
  );
}

/** ONE writes each class of a teacher into a column of its own, all under one name. */
function teacherCells(
  mapping: readonly (Column<TeacherField> | undefined)[],
  cells: readonly string[],
): Cells<TeacherField> {
  const classes = cells.filter((cell, at) => mapping[at] === 'classLabel' && cell !== '');
  const found = cellsOf(mapping, cells);
  return classes.length > 1 ? { ...found, classLabel: classes.join(', ') } : found;
}

function classRows(
  mapping: readonly (Column<ClassField> | undefined)[],
  rows: readonly TableRow[],
  rejected: RejectedRow[],
): ClassRow[] {
  return rows.flatMap(({ line, cells }) => {
    const { classLabel, classKey } = cellsOf(mapping, cells);
    if (classLabel === undefined) {
      rejected.push({ line, code: 'noName' });
      return [];
    }
    return [
      withoutUndefined({
        line,
        classLabel,
        classKey: classKey === undefined ? undefined : `beneylu:${classKey}`,
        problems: [],
      }),
    ];
  });
}

function accept(row: TableRow, width: number | undefined, rejected: RejectedRow[]): boolean {
  if (row.cells.some((cell) => cell.length > ONDE_LIMITS.cellLength)) {
    rejected.push({ line: row.line, code: 'cellTooLong' });
    return false;
  }
  // A row wider than its header usually means an unquoted `;` in an address: every later cell would be misread.
  if (width !== undefined && row.cells.slice(width).some((cell) => cell !== '')) {
    rejected.push({ line: row.line, code: 'extraCells' });
    return false;
  }
  return true;
}

function cellsOf<Field extends string>(
  mapping: readonly (Column<Field> | undefined)[],
  cells: readonly string[],
): Cells<Field> {
  const found: Cells<Field> = {};
  mapping.forEach((field, index) => {
    const text = cells[index];
    if (field !== undefined && field !== DROPPED && text && found[field] === undefined) found[field] = text;
  });
  return found;
}

/** Rows of 17, 21 or 25 cells under one header: ONDE stops after the last child. */
function guardianRows(
  mapping: readonly (Column<AdultField | ChildField> | undefined)[],
  rows: readonly TableRow[],
  rejected: RejectedRow[],
): GuardianRow[] {
  const start = mapping.findIndex((field) => isChildField(field));
  const adult = mapping.filter((field): field is Column<AdultField> | undefined => !isChildField(field));
  const groupWidth = repeatWidth(mapping.slice(start).filter(isChildField));
  const group = mapping.slice(start, start + groupWidth).filter(isChildField);
  const parsed = rows.map(({ line, cells }) => {
    const groups: Cells<ChildField>[] = [];
    for (let at = start; at < cells.length; at += groupWidth) {
      groups.push(cellsOf(group, cells.slice(at, at + groupWidth)));
    }
    return guardianRow(line, cellsOf(adult.slice(0, start), cells), groups);
  });
  return named(parsed, rejected).filter((row) => {
    if (row.children.length === 0) rejected.push({ line: row.line, code: 'noChild' });
    return row.children.length > 0;
  });
}

const isChildField = (field: Column<AdultField | ChildField> | undefined): field is ChildField =>
  typeof field === 'string' && field.startsWith('child');

/** How many columns describe one child: up to the first one that comes again. */
function repeatWidth(fields: readonly ChildField[]): number {
  const again = fields.findIndex((field, index) => fields.indexOf(field) < index);
  return again < 0 ? Math.max(fields.length, 1) : again;
}

function named<Row extends { line: number; names: { family: string; first: string } }>(
  rows: readonly Row[],
  rejected: RejectedRow[],
): Row[] {
  return rows.filter(({ line, names }) => {
    const complete = names.family !== '' && names.first !== '';
    if (!complete) rejected.push({ line, code: 'noName' });
    return complete;
  });
}

/** The year that at least half of five or more rows agree on: birth year + usual age of the grade. */
function yearOfFile(rows: readonly PupilRow[]): number | undefined {
  const votes = rows.flatMap(({ birthDate, grade }) =>
    birthDate && grade ? [Number(birthDate.slice(0, 4)) + usualAge(grade)] : [],
  );
  const count = (year: number): number => votes.filter((vote) => vote === year).length;
  const best = [...new Set(votes)].sort((a, b) => count(b) - count(a))[0];
  return best !== undefined && votes.length >= 5 && count(best) * 2 >= votes.length ? best : undefined;
}

/** Nobody under 2 or over 14 is in a primary school, nor four years away from the usual age of the grade. */
function judgeAge(row: PupilRow, year: number, today: string): void {
  if (!row.birthDate) return;
  const age = year - Number(row.birthDate.slice(0, 4));
  const far = row.grade !== undefined && Math.abs(age - usualAge(row.grade)) >= 4;
  if (age < 2 || age > 14 || far || row.birthDate > today) {
    row.problems.push({ code: 'impossibleAge', value: row.birthDate });
  }
}
