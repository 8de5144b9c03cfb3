/** What one row of each extraction says, and nothing that the school does not need. */
import type { Civility, Cycle, Grade, Passage, PersonName, Phones, PostalAddress, Sex } from '../person';
import { cycleOf } from '../person';
import * as cell from './cells';
import type { AdultField, ChildField, PupilField, TeacherField } from './columns';
import type { RowProblem } from './problems';

interface OndeRow {
  /** 1-based line in the file; the rank of the object in a file that has no lines. */
  line: number;
  /** The feed's own identifier of the person (`aaf:438123`). */
  feedKey?: string | undefined;
  names: PersonName;
  problems: RowProblem[];
}

export interface PupilRow extends OndeRow {
  birthDate?: string | undefined;
  sex?: Sex | undefined;
  ine?: string | undefined;
  cycle?: Cycle | undefined;
  grade?: Grade | undefined;
  classLabel?: string | undefined;
  ondeClassId?: string | undefined;
  /** The feed's own identifier of the class. */
  classKey?: string | undefined;
  image?: boolean | undefined;
  passage?: Passage | undefined;
  associations?: boolean | undefined;
}

export interface ChildLink {
  usage?: string | undefined;
  family: string;
  first: string;
  classLabel?: string | undefined;
  /** Where the feed names children by number, and not by name. */
  feedKey?: string | undefined;
}

export interface GuardianRow extends OndeRow {
  civility?: Civility | undefined;
  email?: string | undefined;
  phones: Phones;
  address: PostalAddress;
  children: ChildLink[];
  /** Children, by their number in the feed, of whom it says that this adult holds authority. */
  authorityHint?: string[] | undefined;
}

export interface TeacherRow extends OndeRow {
  civility?: Civility | undefined;
  email?: string | undefined;
  head: boolean;
  classLabel?: string | undefined;
  /** Feed key of a class. */
  classKey?: string | undefined;
}

/** A class that a file lists by itself. */
export interface ClassRow {
  line: number;
  classLabel: string;
  classKey?: string | undefined;
  problems: RowProblem[];
}

/** The non-empty cells of a row by field. */
export type Cells<Field extends string> = Partial<Record<Field, string>>;

type Problems = RowProblem[];

/** Reads a cell, and notes the problem where it holds something that cannot be read. */
function read<T>(
  text: string | undefined,
  reader: (text: string) => T | undefined,
  code: RowProblem['code'],
  problems: Problems,
): T | undefined {
  if (text === undefined) return undefined;
  const value = reader(text);
  if (value === undefined) problems.push({ code, value: text });
  return value;
}

function readNames(
  cells: { family?: string; usage?: string; first?: string },
  problems: Problems,
): PersonName {
  const { family = '', first = '', usage } = cells;
  const damaged = [family, first, usage ?? ''].find((name) => name.includes('\ufffd'));
  if (damaged !== undefined) problems.push({ code: 'damagedText', value: damaged });
  // Some extractions repeat the name of birth as name in use: it says nothing.
  return usage === undefined || usage === family ? { family, first } : { family, usage, first };
}

/** A pupils' row. The age is judged later, when the year of the whole file is known. */
export function pupilRow(line: number, cells: Cells<PupilField>): PupilRow {
  const problems: Problems = [];
  const names = readNames(cells, problems);
  const birthDate = read(cells.birthDate, cell.readDate, 'badDate', problems);
  if (cells.birthDate === undefined) problems.push({ code: 'noDate' });
  const { level, classLabel = cells.ondeClassId } = cells;
  const grade =
    level !== undefined && cell.isUnitLevel(level)
      ? undefined
      : read(level, cell.readGrade, 'badGrade', problems);
  if (classLabel === undefined) problems.push({ code: 'noClass' });
  return withoutUndefined({
    line,
    names,
    birthDate,
    sex: read(cells.sex, cell.readSex, 'badSex', problems),
    ine: read(cells.ine, cell.readIne, 'badIne', problems),
    // The cycles changed in 2016 and old files still place CE2 in cycle III: the grade decides.
    cycle: grade ? cycleOf(grade) : cells.cycle === undefined ? undefined : cell.readCycle(cells.cycle),
    grade,
    classLabel,
    ondeClassId: cells.ondeClassId,
    image: read(cells.image, cell.readYesNo, 'badAnswer', problems),
    associations: read(cells.associations, cell.readYesNo, 'badAnswer', problems),
    passage: cells.passage === undefined ? undefined : cell.readPassage(cells.passage),
    problems,
  });
}

/** A guardians' row; its children come as groups of four cells. */
export function guardianRow(
  line: number,
  cells: Cells<AdultField>,
  groups: readonly Cells<ChildField>[],
): GuardianRow {
  const problems: Problems = [];
  const children = groups.flatMap(({ childUsage, childFamily, childFirst, childClass }) =>
    childFamily === undefined || childFirst === undefined
      ? []
      : [
          withoutUndefined({
            usage: childUsage,
            family: childFamily,
            first: childFirst,
            classLabel: childClass,
          }),
        ],
  );
  const phone = (text: string | undefined): string | undefined =>
    read(text, cell.readPhone, 'badPhone', problems);
  return withoutUndefined({
    line,
    names: readNames(cells, problems),
    civility: cells.civility === undefined ? undefined : cell.readCivility(cells.civility),
    email: read(cells.email, cell.readEmail, 'badEmail', problems),
    phones: withoutUndefined({
      home: phone(cells.homePhone),
      work: phone(cells.workPhone),
      mobile: phone(cells.mobilePhone),
    }),
    address: withoutUndefined({
      street: cells.street,
      postcode: cells.postcode === undefined ? undefined : cell.readPostcode(cells.postcode),
      city: cells.city,
      country: cells.country,
    }),
    children,
    problems,
  });
}

/** A teachers' row: no home address, no telephone. */
export function teacherRow(line: number, cells: Cells<TeacherField>): TeacherRow {
  const problems: Problems = [];
  return withoutUndefined({
    line,
    names: readNames(cells, problems),
    civility: cells.civility === undefined ? undefined : cell.readCivility(cells.civility),
    email: read(cells.email, cell.readEmail, 'badEmail', problems),
    head:
      cells.function === undefined
        ? (read(cells.head, cell.readYesNo, 'badAnswer', problems) ?? false)
        : cell.isHeadFunction(cells.function),
    classLabel: cells.classLabel,
    classKey: cells.classKey === undefined ? undefined : `beneylu:${cells.classKey}`,
    problems,
  });
}

/** The same record without its `undefined` members, so that it equals what JSON carries to another process. */
export function withoutUndefined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
