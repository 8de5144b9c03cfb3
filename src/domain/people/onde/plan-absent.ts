/** Who is known and not in the files: said, never deleted. */
import { differences } from './merge';
import type { Draft } from './drafts';
import type { Directory } from '../person';
import type { OndeFile } from './parse';
import { absentPupils } from './plan-pupils';
import type { Absent, ImportPlan, PersonKind } from './plan-types';

/** Share of the known people whose absence is worth a question (a partial file looks like a school moving out). */
const SUSPICIOUS_SHARE = 0.1;

interface Drafts {
  pupils: Draft<'pupil'>[];
  staff: Draft<'staff'>[];
  guardians: Draft<'guardian'>[];
}

/** Adds to the plan who has gone, who is missing, and what looks like a file cut short. */
export function reportAbsences(
  plan: ImportPlan,
  current: Directory,
  files: readonly OndeFile[],
  today: string,
  { pupils, staff, guardians }: Drafts,
  drafted: ReadonlySet<string>,
): void {
  proposeDepartures(plan, current, files, today);
  const has = (kind: OndeFile['kind']): boolean => files.some((file) => file.kind === kind && !file.partial);
  if (has('pupils')) {
    const here = current.pupils.filter(({ leftOn }) => leftOn === undefined);
    const absent = absentPupils(here, pupils);
    plan.absentFromFile.push(...absent.map(({ id }): Absent => ({ kind: 'pupil', id })));
    reportDrop(plan, here.filter(cameByFile), absent.filter(cameByFile));
  }
  if (has('teachers')) reportAbsent(plan, 'staff', current.staff.length, unnamed(current.staff, staff));
  if (has('guardians')) {
    reportAbsent(plan, 'guardian', current.guardians.length, unnamed(current.guardians, guardians));
    plan.absentFromFile.push(...droppedLinks(guardians, drafted));
  }
}

/** Who a file says has gone: children as a question each, adults among those the file does not name. */
function proposeDepartures(
  plan: ImportPlan,
  current: Directory,
  files: readonly OndeFile[],
  today: string,
): void {
  const pupils = new Map(current.pupils.map((pupil) => [pupil.id, pupil]));
  const kinds = { pupils: 'pupil', teachers: 'staff', guardians: 'guardian' } as const;
  for (const [file, { kind, gone = [] }] of files.entries()) {
    for (const { id, line } of gone) {
      if (kind === 'classes') continue;
      if (kind !== 'pupils') {
        plan.absentFromFile.push({ kind: kinds[kind], id });
        continue;
      }
      const pupil = pupils.get(id);
      if (!pupil || pupil.leftOn !== undefined) continue;
      const record = { ...pupil, leftOn: today };
      plan.doubtful.push({
        id: `${file}:${line}`,
        kind: 'pupil',
        source: { file, line },
        reasons: [{ code: 'gone' }],
        record,
        known: true,
        changes: differences(pupil, record),
        candidates: [],
        drafted: [],
        suggestion: { action: 'skip' },
      });
    }
  }
  plan.doubtful.sort((a, b) => a.source.file - b.source.file || a.source.line - b.source.line);
}

function unnamed<T extends { id: string }, K extends PersonKind>(
  known: readonly T[],
  drafts: readonly Draft<K>[],
): T[] {
  const found = new Set(
    drafts.flatMap(({ record, candidates }) => [record, ...candidates].map(({ id }) => id)),
  );
  return known.filter(({ id }) => !found.has(id));
}

function reportAbsent(
  plan: ImportPlan,
  kind: PersonKind,
  known: number,
  absent: readonly { id: string }[],
): void {
  plan.absentFromFile.push(...absent.map(({ id }) => ({ kind, id })));
  // One adult more or less is a school's ordinary life.
  if (absent.length > 1 && absent.length > known * SUSPICIOUS_SHARE) {
    plan.notices.push({ code: 'suspiciousDrop', kind, known, absent: absent.length });
  }
}

/** Who was typed in by hand stands in no file: a class opened in a hurry is not a school that shrinks. */
const cameByFile = ({ birthDate, ine, feedKeys }: Directory['pupils'][number]): boolean =>
  birthDate !== undefined || ine !== undefined || (feedKeys?.length ?? 0) > 0;

function reportDrop(plan: ImportPlan, here: Directory['pupils'], absent: Directory['pupils']): void {
  if (absent.length > here.length * SUSPICIOUS_SHARE) {
    plan.notices.push({ code: 'suspiciousDrop', kind: 'pupil', known: here.length, absent: absent.length });
    // Where the whole file looks cut short, saying it class by class tells nothing more.
  } else reportClasses(plan, here, absent);
}

/** A class that lost more than a tenth of its children at once: most often a file that was cut short. */
function reportClasses(plan: ImportPlan, here: Directory['pupils'], absent: readonly { id: string }[]): void {
  const gone = new Set(absent.map(({ id }) => id));
  for (const { id, label } of plan.classes) {
    const members = here.filter(({ classId }) => classId === id);
    const missing = members.filter((pupil) => gone.has(pupil.id)).length;
    if (missing > members.length * SUSPICIOUS_SHARE) {
      plan.notices.push({ code: 'classDrop', classId: id, label, known: members.length, absent: missing });
    }
  }
}

/** Links to pupils of this import that the guardian's own rows no longer say. Kept, and shown: custody may have changed. */
function droppedLinks(guardians: readonly Draft<'guardian'>[], imported: ReadonlySet<string>): Absent[] {
  return guardians.flatMap(({ known, record, linked, reasons }) =>
    !known || reasons.length > 0
      ? []
      : record.children
          .filter((pupilId) => imported.has(pupilId) && !linked?.includes(pupilId))
          .map((pupilId): Absent => ({ kind: 'guardianLink', id: record.id, pupilId })),
  );
}
