/** Which class each row means, and which classes of the year do not exist yet. */
import { groupBy } from '../names';
import { sortGrades } from '../person';
import type { ClassGroup } from '../person';
import { gradesOfLabel } from './cells';
import { comparable } from './drafts';
import type { GiveId, Sourced } from './drafts';
import type { ClassRow, PupilRow } from './rows';

export interface ClassBook {
  /** Every class of the school year, as the import would leave it. */
  classes: ClassGroup[];
  /** The class of a pupils' row; absent when the row names none, or a label that two classes share. */
  classOf: (row: PupilRow) => string | undefined;
  /** Classes with that label; more than one when ONDE has two under the same name. */
  withLabel: (label: string) => ClassGroup[];
  /** The class that a feed calls so. */
  withKey: (feedKey: string) => ClassGroup | undefined;
  labelOf: (classId: string) => string | undefined;
  /** Classes that a file lists by themselves: created even while nobody is in them. */
  declared: string[];
}

/**
 * Matches rows to the year's classes by ONDE's class identifier, then by label, and drafts the missing classes.
 * « CE1-CE2 » is one class of two grades: its grades come from the label and from its pupils.
 */
export function planClasses(
  known: readonly ClassGroup[],
  rows: readonly Sourced<PupilRow | ClassRow>[],
  schoolYear: number,
  giveId: GiveId,
): ClassBook {
  const classes = known.filter((group) => group.schoolYear === schoolYear);
  const place = new Map<string, string>();
  const labelled = (label: string): ClassGroup[] =>
    classes.filter((group) => comparable(group.label) === comparable(label));

  const labelledRows = rows.map(({ row }) => row).filter((row) => row.classLabel !== undefined);
  const groups = [...groupBy(labelledRows, classKey)];
  // Rows with ONDE's identifier first: they tell apart two classes of the same label.
  const nameless = (row: AnyRow | undefined): number => Number(!(row && ondeIdOf(row)));
  groups.sort(([, [left]], [, [right]]) => nameless(left) - nameless(right));
  const identifiers = groupBy(
    groups.flatMap(([, [row]]) => (row === undefined || ondeIdOf(row) === undefined ? [] : [row])),
    ({ classLabel = '' }) => comparable(classLabel),
  );
  const claimed = new Set<string>();
  for (const [key, members] of groups) {
    const label = members[0]?.classLabel ?? '';
    const ondeClassId = members[0] && ondeIdOf(members[0]);
    const alike = labelled(label);
    const feedKey = members[0]?.classKey;
    // A label that two classes share says nothing alone: the rows wait for a decision.
    const keyed =
      feedKey === undefined ? undefined : classes.find(({ feedKeys }) => feedKeys?.includes(feedKey));
    if (ondeClassId === undefined && !keyed && alike.length > 1) continue;
    const found =
      classes.find((group) => ondeClassId !== undefined && group.ondeClassId === ondeClassId) ??
      keyed ??
      alike.find(
        (group) => ondeClassId === undefined || (group.ondeClassId === undefined && !claimed.has(group.id)),
      );
    const grades = members.flatMap((row) => ('grade' in row && row.grade ? [row.grade] : []));
    const named = [...gradesOfLabel(label), ...grades];
    const group: ClassGroup = found
      ? { ...found, label, grades: sortGrades([...found.grades, ...named]) }
      : { id: giveId('class', classKeyOf(label, ondeClassId)), schoolYear, label, grades: sortGrades(named) };
    if (ondeClassId !== undefined) group.ondeClassId = ondeClassId;
    if (feedKey !== undefined) group.feedKeys = [...new Set([...(group.feedKeys ?? []), feedKey])];
    if (found) classes[classes.indexOf(found)] = group;
    else classes.push(group);
    claimed.add(group.id);
    place.set(key, group.id);
  }

  /** The label alone where it is enough, so that both generations of the same school give the same ids. */
  function classKeyOf(label: string, ondeClassId: string | undefined): string {
    const alone = `${schoolYear}|${comparable(label)}`;
    const shared = (identifiers.get(comparable(label)) ?? []).length > 1;
    return shared && ondeClassId !== undefined ? `${alone}|${ondeClassId}` : alone;
  }

  return {
    classes,
    classOf: (row) => place.get(classKey(row)),
    withLabel: labelled,
    withKey: (feedKey) => classes.find(({ feedKeys }) => feedKeys?.includes(feedKey)),
    declared: rows.flatMap(({ row }) => ('names' in row ? [] : (place.get(classKey(row)) ?? []))),
    labelOf: (classId) =>
      (classes.find(({ id }) => id === classId) ?? known.find(({ id }) => id === classId))?.label,
  };
}

type AnyRow = PupilRow | ClassRow;

const ondeIdOf = (row: AnyRow): string | undefined => ('names' in row ? row.ondeClassId : undefined);

function classKey(row: AnyRow): string {
  const ondeClassId = ondeIdOf(row);
  if (ondeClassId !== undefined) return `onde ${ondeClassId}`;
  return row.classKey === undefined ? `label ${comparable(row.classLabel ?? '')}` : `feed ${row.classKey}`;
}
