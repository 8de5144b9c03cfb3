/** The dry run of an import: what it would add and change, and what somebody has to decide first. */
import { compareText } from '../names';
import type { Directory } from '../person';
import { childLinker } from './child-links';
import { idGiver } from './drafts';
import type { Draft, Sourced } from './drafts';
import { differences } from './merge';
import type { OndeFile } from './parse';
import { reportAbsences } from './plan-absent';
import { planClasses } from './plan-classes';
import type { ClassBook } from './plan-classes';
import { planGuardians } from './plan-guardians';
import { planPupils } from './plan-pupils';
import { planStaff } from './plan-staff';
import { suggest } from './suggest';
import { isProvisional } from '../feeds/provisional';
import { isSilent } from './plan-types';
import type {
  Added,
  Changed,
  Doubt,
  FileSummary,
  ImportPlan,
  PersonKind,
  PlanOptions,
  Source,
} from './plan-types';
import type { RowProblem } from './problems';

/** Problems that become doubts, and are not told twice. */
const DOUBTS: ReadonlySet<RowProblem['code']> = new Set(['badDate', 'noDate', 'impossibleAge', 'noClass']);

/**
 * Compares extractions with what the school knows. Writes nothing, deletes nothing, never throws; the result is plain
 * data. Any number of files of any kind at once, in any order: guardians are linked to the pupils of the same import.
 * @param current the directory of the school, of any year; only classes of `options.schoolYear` are matched
 */
export function planImport(current: Directory, files: readonly OndeFile[], options: PlanOptions): ImportPlan {
  const { schoolYear, deriveKey } = options;
  const rows = {
    pupils: sourced(files, (file) => (file.kind === 'pupils' ? file.rows : [])),
    guardians: sourced(files, (file) => (file.kind === 'guardians' ? file.rows : [])),
    teachers: sourced(files, (file) => (file.kind === 'teachers' ? file.rows : [])),
    classes: sourced(files, (file) => (file.kind === 'classes' ? file.rows : [])),
  };
  const everything = [current.classes, current.pupils, current.guardians, current.staff].flat();
  const known = new Set(everything.map(({ id }) => id));
  const giveId = idGiver(deriveKey, known);

  const classes = planClasses(current.classes, [...rows.pupils, ...rows.classes], schoolYear, giveId);
  const pupils = planPupils(current.pupils, rows.pupils, classes, deriveKey, giveId, schoolYear);
  const drafted = new Set(pupils.map(({ record }) => record.id));
  const repeated = new Set(pupils.filter(isRepeat).map(({ record }) => record.id));
  const linkable = [
    ...current.pupils.filter(({ id }) => !drafted.has(id)),
    ...pupils.map(({ record }) => record),
  ];
  // The guardians' file speaks of the pupils' file beside it, before anybody who has left or is there twice.
  const preference = (id: string): number => (repeated.has(id) ? 2 : drafted.has(id) ? 0 : 1);
  const link = childLinker(linkable, preference, classes);
  const guardians = planGuardians(current.guardians, rows.guardians, link, deriveKey, giveId);
  const staff = planStaff(current.staff, rows.teachers, classes, deriveKey, giveId);

  const plan: ImportPlan = {
    schoolYear,
    files: files.map(summary),
    notices: [],
    added: [],
    changed: [],
    linked: [],
    unchanged: [],
    doubtful: [],
    absentFromFile: [],
    warnings: Object.values(rows)
      .flat()
      .flatMap(({ source, row }) => row.problems.map((problem) => ({ ...source, ...problem })))
      .filter(({ code }) => !DOUBTS.has(code)),
    declaredClassIds: classes.declared,
    provisional: isProvisional(schoolYear, options.today),
    classes: classes.classes,
    pupilIds: linkable.map(({ id }) => id),
  };
  sortClasses(plan, current, classes);
  for (const draft of pupils) sort(plan, 'pupil', draft, known);
  for (const draft of staff) sort(plan, 'staff', draft, known);
  for (const draft of guardians) sort(plan, 'guardian', draft, known);
  plan.doubtful.sort((a, b) => a.source.file - b.source.file || a.source.line - b.source.line);

  reportAbsences(plan, current, files, options.today, { pupils, staff, guardians }, drafted);
  files.forEach((file, index) => {
    if (file.kind !== 'pupils' || file.schoolYear === undefined || file.schoolYear === schoolYear) return;
    plan.notices.push({ code: 'otherSchoolYear', file: index, found: file.schoolYear, expected: schoolYear });
  });
  return plan;
}

const isRepeat = ({ reasons }: Draft<'pupil'>): boolean => reasons.some(({ code }) => code === 'duplicate');

function sourced<Row extends { line: number }>(
  files: readonly OndeFile[],
  rowsOf: (file: OndeFile) => readonly Row[],
): Sourced<Row>[] {
  return files.flatMap((file, index) =>
    rowsOf(file).map((row) => ({ source: { file: index, line: row.line }, row })),
  );
}

function summary(file: OndeFile): FileSummary {
  const { kind, feed, partial = false, dropped, rows, rejected, unknownColumns } = file;
  const generation = file.kind === 'pupils' ? { generation: file.generation } : {};
  return { kind, feed, partial, dropped, ...generation, rows: rows.length, rejected, unknownColumns };
}

function sortClasses(plan: ImportPlan, current: Directory, { classes }: ClassBook): void {
  const known = new Map(current.classes.map((group) => [group.id, group]));
  const sources: Source[] = [];
  for (const record of [...classes].sort((a, b) => compareText(a.id, b.id))) {
    const before = known.get(record.id);
    const changes = before ? differences(before, record) : [];
    if (!before) plan.added.push({ kind: 'class', record, sources });
    else if (changes.length > 0) {
      const list = changes.every(isSilent) ? plan.linked : plan.changed;
      list.push({ kind: 'class', record, sources, changes });
    } else plan.unchanged.push({ kind: 'class', id: record.id });
  }
}

/** What changes nothing raises no doubt: a decision once taken is not asked again by the next import. */
function sort<K extends PersonKind>(
  plan: ImportPlan,
  kind: K,
  draft: Draft<K>,
  ids: ReadonlySet<string>,
): void {
  const { record, known, sources, reasons } = draft;
  const changes = known ? differences(known, record) : [];
  const [source] = sources;
  // TypeScript cannot follow that `kind` and `record` go together through a type parameter.
  if (known && changes.length === 0) plan.unchanged.push({ kind, id: record.id });
  else if (reasons.length > 0 && source) plan.doubtful.push(doubt(kind, draft, source, ids) as Doubt);
  else if (known) {
    const list = changes.every(isSilent) ? plan.linked : plan.changed;
    list.push({ kind, record, sources, changes } as Changed);
  } else plan.added.push({ kind, record, sources } as Added);
}

function doubt<K extends PersonKind>(
  kind: K,
  draft: Draft<K>,
  source: Source,
  ids: ReadonlySet<string>,
): object {
  const { record, known, reasons, candidates } = draft;
  return {
    id: `${source.file}:${source.line}`,
    kind,
    source,
    reasons,
    record,
    known: known !== undefined,
    changes: known ? differences(known, record) : [],
    candidates,
    drafted: candidates.map(({ id }) => id).filter((id) => !ids.has(id)),
    suggestion: suggest(kind, draft, source),
  };
}
