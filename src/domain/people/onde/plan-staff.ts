/** Matching teachers' rows to known members of staff. */
import { groupBy } from '../names';
import type { ClassGroup, StaffMember, StaffRole } from '../person';
import { byFeedKey, shareKey } from '../feeds/feed-keys';
import { nameKey, ranked } from './drafts';
import type { Draft, GiveId, Sourced } from './drafts';
import { ONDE_LIMITS } from './limits';
import { complete, differences, overlay } from './merge';
import type { ClassBook } from './plan-classes';
import type { DoubtReason, PlanOptions } from './plan-types';
import { withoutUndefined } from './rows';
import type { TeacherRow } from './rows';

/**
 * Drafts every teacher of the files, by name and first name (the extraction has no number). A second row under one
 * name is asked about: a class given to the wrong homonym would open it to somebody else. Classes of other years
 * leave the record; roles are only ever added.
 */
export function planStaff(
  known: readonly StaffMember[],
  rows: readonly Sourced<TeacherRow>[],
  classes: ClassBook,
  deriveKey: PlanOptions['deriveKey'],
  giveId: GiveId,
): Draft<'staff'>[] {
  const thisYear = new Set(classes.classes.map(({ id }) => id));
  const knownByName = groupBy(known, ({ names }) => nameKey(names));
  const byKey = byFeedKey(known);
  const drafts: Draft<'staff'>[] = [];
  for (const [name, rowsOfName] of groupBy(rows, ({ row }) => nameKey(row.names))) {
    // Somebody imported under this name and renamed since keeps the id that the name gave.
    const renamed = known.filter(({ id }) => id === deriveKey('staff', name));
    const numbered = rowsOfName.flatMap(({ row }) => byKey.get(row.feedKey ?? '') ?? []);
    const adults = [...new Set([...(knownByName.get(name) ?? []), ...renamed, ...numbered])];
    const namesakes = rowsOfName.map(({ source, row }) => ({ source, ...detailsOf(row, classes) }));
    // Two rows once said to be one person: each says less than the record, perhaps in another spelling.
    const told = namesakes.map(({ details }) =>
      namesakes.length < 2
        ? undefined
        : adults.find(
            (adult) =>
              differences(adult, overlay(adult, { ...details, id: adult.id, names: adult.names })).length ===
              0,
          ),
    );
    const expected = namesakes.map((_, index) => deriveKey('staff', ranked(name, index + 1)));
    const members = matchStaff(namesakes, adults, expected, told);
    const free = adults.filter((adult) => !members.includes(adult) && !told.includes(adult));
    const earlier: StaffMember[] = [];
    for (const [index, { source, details, reasons }] of namesakes.entries()) {
      const adult = told[index];
      if (adult) {
        if (!earlier.some(({ id }) => id === adult.id)) {
          drafts.push({ sources: [source], record: adult, known: adult, reasons: [], candidates: [] });
        }
        earlier.push(adult);
        continue;
      }
      // Two rows said to be one person carry two numbers of theirs: neither makes anybody else.
      const known = members[index] ?? byKey.get(details.feedKeys?.[0] ?? '');
      const member = known && (earlier.find(({ id }) => id === known.id) ?? known);
      const saysNothingNew = (other: StaffMember): boolean =>
        differences(other, complete(other, details)).length === 0;
      const first = namesakes[earlier.findIndex(saysNothingNew)];
      const others = namesakes.map((other) => other.source).filter((other) => other !== source);
      let candidates: StaffMember[] = [];
      if (!member && first) reasons.push({ code: 'duplicate', of: first.source });
      else if (!(member && shareKey(member, details)) && (others.length > 0 || free.length > 0)) {
        const shown = others.slice(0, ONDE_LIMITS.shown);
        reasons.push({ code: 'homonym', others: shown, sameBirthDate: false });
        if (!member) candidates = [...free, ...earlier].slice(0, ONDE_LIMITS.shown);
      }
      const given = [...new Set(namesakes.flatMap((other) => other.details.classIds))];
      const record: StaffMember = member
        ? withClassesOf(thisYear, overlay(withoutFormer(member, given), { ...details, id: member.id }))
        : { ...details, id: giveId('staff', name) };
      earlier.push(record);
      drafts.push({ sources: [source], record, known, reasons, candidates });
    }
  }
  return drafts;
}

type Details = Omit<StaffMember, 'id'>;

/** From the surest: a shared e-mail address or class, the id that the row gave last time, the only one of that name. */
function matchStaff(
  rows: readonly { details: Details }[],
  adults: readonly StaffMember[],
  expected: readonly string[],
  told: readonly (StaffMember | undefined)[],
): (StaffMember | undefined)[] {
  const free = new Set(adults.filter((adult) => !told.includes(adult)));
  const members: (StaffMember | undefined)[] = rows.map(() => undefined);
  const pass = (suits: (member: StaffMember, details: Details, index: number) => boolean): void => {
    for (const [index, { details }] of rows.entries()) {
      if (members[index] || told[index]) continue;
      const member = [...free].find((adult) => suits(adult, details, index));
      if (!member) continue;
      members[index] = member;
      free.delete(member);
    }
  };
  const isExpected = ({ id }: StaffMember, index: number): boolean => id === expected[index];
  pass(shareKey);
  pass((member, details, index) => isExpected(member, index) && shares(member, details));
  pass(shares);
  pass((member, _, index) => isExpected(member, index));
  if (rows.length === 1) pass(() => true);
  return members;
}

function shares(member: StaffMember, details: Details): boolean {
  return (
    (member.email !== undefined && member.email === details.email) ||
    member.classIds.some((id) => details.classIds.includes(id))
  );
}

function withClassesOf(year: ReadonlySet<string>, member: StaffMember): StaffMember {
  const { feedClassIds, ...rest } = member;
  const classIds = member.classIds.filter((id) => year.has(id));
  const given = feedClassIds?.filter((id) => year.has(id));
  return given === undefined ? { ...rest, classIds } : { ...rest, classIds, feedClassIds: given };
}

/**
 * A class that an earlier file gave and that this one gives no more is taken away; one given by hand stays, and so does
 * everything where the file names no class.
 */
function withoutFormer(member: StaffMember, told: readonly string[]): StaffMember {
  const former = new Set(member.feedClassIds?.filter((id) => told.length > 0 && !told.includes(id)));
  if (former.size === 0) return member;
  const staying = (ids: readonly string[]): string[] => ids.filter((id) => !former.has(id));
  return {
    ...member,
    classIds: staying(member.classIds),
    feedClassIds: staying(member.feedClassIds ?? []),
  };
}

function detailsOf(row: TeacherRow, classes: ClassBook): { details: Details; reasons: DoubtReason[] } {
  const keyed = row.classKey === undefined ? undefined : classes.withKey(row.classKey);
  const found = keyed ? [keyed] : row.classLabel === undefined ? [] : classesNamed(row.classLabel, classes);
  const roles: StaffRole[] = row.head ? ['teacher', 'head'] : ['teacher'];
  const { civility, names, email, feedKey } = row;
  const classIds = (found ?? []).map(({ id }) => id);
  const feedKeys = feedKey === undefined ? undefined : [feedKey];
  // The same list twice on purpose: the first is also changed by hand, the second says what this feed gave.
  const feedClassIds = classIds.length > 0 ? [...classIds] : undefined;
  return {
    details: withoutUndefined({ civility, names, email, roles, classIds, feedClassIds, feedKeys }),
    reasons: found ? [] : [withoutUndefined({ code: 'unknownClass', label: row.classLabel })],
  };
}

/** The class of that label, or the classes of a list (« CP A, CP B »); nothing when one of them is not certain. */
function classesNamed(label: string, classes: ClassBook): ClassGroup[] | undefined {
  const whole = classes.withLabel(label);
  if (whole.length === 1) return whole;
  const parts = label.split(/[,;+|]/).map((part) => classes.withLabel(part.trim()));
  return parts.length > 1 && parts.every((part) => part.length === 1) ? parts.flat() : undefined;
}
