/** From the objects of one school to the rows that every import is planned from. */
import type { Directory, PersonName } from '../person';
import type { GuardiansFile, OndeFile, PupilsFile, TeachersFile } from '../onde/parse';
import { judgePupils } from '../onde/parse';
import type { RejectedRow } from '../onde/problems';
import { guardianRow, pupilRow, teacherRow, withoutUndefined } from '../onde/rows';
import type { Cells, GuardianRow, PupilRow, TeacherRow } from '../onde/rows';
import type { AdultField, PupilField, TeacherField } from '../onde/columns';
import { childrenOf, nameCells, one } from './aaf-children';
import type { AafSchool, Children } from './aaf-children';
import { referencesOf, STAFF_STRUCTURES, structuresOf } from './aaf-cut';
import type { AafKind, AafObject } from './aaf-object';
import { countDropped } from './dropped';
import { aafClassKey, aafKey, byFeedKey } from './feed-keys';
import { gradeOfLevel } from './levels';

type Named = Extract<AafKind, 'pupil' | 'guardian' | 'staff'>;
interface Item {
  file: number;
  object: AafObject;
}

/** Functions of an adult who teaches or heads (nomenclature of functions: ENS, DIR; « - » where none is given). */
const TEACHING: ReadonlySet<string> = new Set(['ENS', 'DIR', 'DOC', '-', '']);

/**
 * The rows of each file, by kind. An object that stands twice in one file is the first one; a modification is laid over
 * the person it names, a deletion and a departure become `gone`. Pure.
 * @returns one entry for each file and kind that said something about the school
 */
export function aafFiles(school: AafSchool, current: Directory): { file: number; read: OndeFile }[] {
  const files = [...new Set(school.objects.map(({ file }) => file))].sort((a, b) => a - b);
  const children = childrenOf(school, current);
  return files.flatMap((file) => {
    const of = (kind: Named): Item[] =>
      school.objects.filter((item) => item.file === file && item.object.kind === kind);
    const reads: OndeFile[] = [];
    if (of('pupil').length > 0) reads.push(pupilsFile(of('pupil'), school, current));
    if (of('staff').length > 0) reads.push(staffFile(of('staff'), school, current));
    if (of('guardian').length > 0) reads.push(guardiansFile(of('guardian'), children, current));
    return reads.map((read) => ({ file, read }));
  });
}

interface Gathered<T> {
  adds: { item: AafObject; known: T | undefined }[];
  gone: { id: string; line: number }[];
  rejected: RejectedRow[];
  base: Pick<OndeFile, 'encoding' | 'columns' | 'unknownColumns' | 'feed' | 'partial' | 'dropped'>;
}

/** Sorts requests out: what is written, who is gone, what cannot be used. */
function gather<T extends { id: string; feedKeys?: string[] | undefined }>(
  items: readonly Item[],
  known: readonly T[],
  leaves: (object: AafObject) => boolean,
): Gathered<T> {
  const byKey = byFeedKey(known);
  const seen = new Set<string>();
  const result: Gathered<T> = {
    adds: [],
    gone: [],
    rejected: [],
    base: {
      encoding: 'utf-8',
      columns: 0,
      unknownColumns: [],
      feed: 'aaf',
      // A « Complet » has only additions: one modification or deletion, and absence means nothing.
      partial: items.some(({ object }) => object.request !== 'add'),
      dropped: countDropped(items.flatMap(({ object }) => object.dropped)),
    },
  };
  for (const { object } of items) {
    const line = object.rank;
    const person = byKey.get(aafKey(object.id));
    if (seen.has(`${object.request} ${object.id}`)) result.rejected.push({ line, code: 'duplicateId' });
    else if (object.request === 'delete' || leaves(object)) {
      // Somebody whom the school never knew may be gone as well.
      if (person) result.gone.push({ id: person.id, line });
    } else if (object.request === 'modify' && !person) result.rejected.push({ line, code: 'unknownPerson' });
    else result.adds.push({ item: object, known: person });
    seen.add(`${object.request} ${object.id}`);
  }
  return result;
}

function pupilsFile(items: readonly Item[], school: AafSchool, current: Directory): PupilsFile {
  const elsewhere = (object: AafObject): boolean => {
    const structure = structuresOf(object, ['ENTPersonStructRattach'])[0];
    return structure !== undefined && !school.structures.has(structure);
  };
  const { adds, gone, rejected, base } = gather(items, current.pupils, elsewhere);
  const labels = new Map(current.classes.map((group) => [group.id, group]));
  const rows = adds.map(({ item, known }): PupilRow => {
    const named = classesOf(item, ['ENTPersonClasses'], school.structures)[0];
    const before = known?.classId === undefined ? undefined : labels.get(known.classId);
    const level = one(item, 'ENTEleveNiveau');
    const cells: Cells<PupilField> = withoutUndefined({
      ...nameCells(item, known?.names),
      birthDate: one(item, 'ENTPersonDateNaissance') ?? known?.birthDate,
      sex: sexOf(one(item, 'ENTPersonCivilite')),
      ine: one(item, 'ENTEleveINE'),
      level: level === undefined ? undefined : (gradeOfLevel(level) ?? level),
      cycle: one(item, 'ENTEleveCycle'),
      classLabel: named?.label ?? before?.label,
      ondeClassId: named === undefined ? before?.ondeClassId : undefined,
    });
    const row = pupilRow(item.rank, cells);
    // A pupil whom the school put in no class, and of whom a Delta says nothing more, is no new question.
    const problems = item.request === 'modify' ? row.problems.filter(isNews) : row.problems;
    const classKey = named === undefined ? before?.feedKeys?.[0] : aafClassKey(named.structure, named.name);
    return withoutUndefined({ ...row, problems, feedKey: aafKey(item.id), classKey });
  });
  const named = withNames(rows, rejected);
  judgePupils(named, school.today);
  return { kind: 'pupils', generation: 'current', ...base, rejected, gone, rows: named };
}

const isNews = ({ code }: PupilRow['problems'][number]): boolean => code !== 'noDate' && code !== 'noClass';

function staffFile(items: readonly Item[], school: AafSchool, current: Directory): TeachersFile {
  const elsewhere = (object: AafObject): boolean => {
    const structures = structuresOf(object, STAFF_STRUCTURES);
    return structures.length > 0 && !structures.some((structure) => school.structures.has(structure));
  };
  const { adds, gone, rejected, base } = gather(items, current.staff, elsewhere);
  const labels = new Map(current.classes.map(({ id, label }) => [id, label]));
  const rows = adds.flatMap(({ item, known }): TeacherRow[] => {
    const functions = (item.values['ENTPersonFonctions'] ?? [])
      .map((text) => text.split('$'))
      .filter(([structure = '']) => school.structures.has(structure))
      .map(([, code = '']) => code.toUpperCase());
    if (functions.length > 0 && !functions.some((code) => TEACHING.has(code))) {
      rejected.push({ line: item.rank, code: 'otherFunction' });
      return [];
    }
    const named = classesOf(item, ['ENTPersonClasses', 'ENTEnsClasses'], school.structures);
    const before = (known?.classIds ?? []).flatMap((id) => labels.get(id) ?? []);
    const direction = one(item, 'ENTEnsFonctionDir');
    const head = functions.includes('DIR') || (direction !== undefined && !/^(n|non|0|-)$/i.test(direction));
    const classes =
      item.request === 'modify' && named.length === 0 ? before : named.map(({ label }) => label);
    const cells: Cells<TeacherField> = withoutUndefined({
      ...nameCells(item, known?.names),
      civility: one(item, 'ENTPersonCivilite'),
      email: one(item, 'ENTPersonMail'),
      head: head || (item.request === 'modify' && known?.roles.includes('head') === true) ? 'oui' : 'non',
      classLabel: classes.length > 0 ? classes.join(', ') : undefined,
    });
    return [{ ...teacherRow(item.rank, cells), feedKey: aafKey(item.id) }];
  });
  return { kind: 'teachers', ...base, rejected, gone, rows: withNames(rows, rejected) };
}

function guardiansFile(items: readonly Item[], children: Children, current: Directory): GuardiansFile {
  const { adds, gone, rejected, base } = gather(items, current.guardians, () => false);
  const rows = adds.map(({ item, known }): GuardianRow => {
    const cells: Cells<AdultField> = withoutUndefined({
      ...nameCells(item, known?.names),
      civility: one(item, 'ENTPersonCivilite'),
      email: one(item, 'ENTPersonMail'),
      homePhone: one(item, 'ENTPersonTelPerso'),
      workPhone: one(item, 'ENTPersRelEleveTelPro'),
      mobilePhone: one(item, 'ENTPersRelEleveTelMobile'),
      street: one(item, 'ENTPersonAdresse'),
      postcode: one(item, 'ENTPersonCodePostal'),
      city: one(item, 'ENTPersonVille'),
      country: one(item, 'ENTPersonPays'),
    });
    const named = new Set([
      ...referencesOf(item, 'ENTPersRelEleveEleve'),
      ...(children.byGuardian.get(item.id) ?? []),
    ]);
    const links = [...named].flatMap((id) => children.link(id) ?? []);
    const kept = item.request === 'modify' && known && links.length === 0 ? children.ofKnown(known) : links;
    return {
      ...guardianRow(item.rank, cells, []),
      children: kept,
      feedKey: aafKey(item.id),
      authorityHint: [...(children.byGuardian.get(item.id) ?? []), ...children.keptHints(known)],
    };
  });
  const told = withNames(rows, rejected).filter((row) => {
    if (row.children.length === 0) rejected.push({ line: row.line, code: 'noChild' });
    return row.children.length > 0;
  });
  return { kind: 'guardians', ...base, rejected, gone, rows: told };
}

/** `<structure>$<class>`, with a wording behind it in some feeds. */
function classesOf(
  object: AafObject,
  attributes: readonly string[],
  structures: ReadonlySet<string>,
): { structure: string; name: string; label: string }[] {
  return attributes
    .flatMap((name) => object.values[name] ?? [])
    .flatMap((text) => {
      const [structure = '', name = '', wording = ''] = text.split('$').map((part) => part.trim());
      return structures.has(structure) && name !== '' ? [{ structure, name, label: wording || name }] : [];
    });
}

function sexOf(civility: string | undefined): string | undefined {
  if (civility === undefined) return undefined;
  return /^(m|mr|monsieur)\b/i.test(civility)
    ? 'M'
    : /^(mme|mlle|mademoiselle|madame)\b/i.test(civility)
      ? 'F'
      : undefined;
}

function withNames<Row extends { line: number; names: PersonName }>(
  rows: readonly Row[],
  rejected: RejectedRow[],
): Row[] {
  return rows.filter(({ line, names }) => {
    const complete = names.family !== '' && names.first !== '';
    if (!complete) rejected.push({ line, code: 'noName' });
    return complete;
  });
}
