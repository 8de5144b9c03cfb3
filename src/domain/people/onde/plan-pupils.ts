/** Matching pupils' rows to known pupils, and naming every doubt. */
import { groupBy } from '../names';
import type { Pupil } from '../person';
import { byFeedKey, keysDiffer } from '../feeds/feed-keys';
import type { Keyed } from '../feeds/feed-keys';
import { nameKey, ranked } from './drafts';
import type { Draft, GiveId, Sourced } from './drafts';
import { ONDE_LIMITS } from './limits';
import { overlay } from './merge';
import type { ClassBook } from './plan-classes';
import type { DoubtReason, PlanOptions } from './plan-types';
import { withoutUndefined } from './rows';
import type { PupilRow } from './rows';

type Item = Sourced<PupilRow> & { classId: string | undefined };

/**
 * Drafts every pupil of the files. Matching goes from the surest to the least sure: INE; name, first name and birth
 * date (same class first); the id that the row would be given; name and first name where one side has no birth date.
 * Everything else that shares a name is a doubt for a person, never a guess.
 */
export function planPupils(
  known: readonly Pupil[],
  rows: readonly Sourced<PupilRow>[],
  classes: ClassBook,
  deriveKey: PlanOptions['deriveKey'],
  giveId: GiveId,
  schoolYear: number,
): Draft<'pupil'>[] {
  const { items, repeats } = findRepeats(
    rows.map(({ source, row }) => ({ source, row, classId: classes.classOf(row) })),
  );
  const { matches, free } = matchPupils(known, items, repeats, deriveKey);
  const namesakes = groupBy(items, ({ row }) => nameKey(row.names));
  const freeByName = groupBy([...free], ({ names }) => nameKey(names));
  return items.map((item) => {
    const pupil = matches.get(item);
    const reasons = reasonsOfRow(item, pupil);
    let candidates: Pupil[] = [];
    const original = repeats.get(item);
    const sharing = namesakes.get(nameKey(item.row.names)) ?? [];
    if (!pupil && original) {
      reasons.push({ code: 'duplicate', of: original.source });
    } else if (!pupil) {
      candidates = (freeByName.get(nameKey(item.row.names)) ?? [])
        .filter((other) => maybeSame(told(item), other))
        .slice(0, ONDE_LIMITS.shown);
      const others = sharing.filter(
        (other) => other !== item && !repeats.has(other) && maybeSame(told(item), told(other)),
      );
      if (candidates.length > 0 || others.length > 0) {
        const sameBirthDate = others.some(({ row }) => row.birthDate === item.row.birthDate);
        const shown = others.slice(0, ONDE_LIMITS.shown).map(({ source }) => source);
        reasons.push({ code: 'homonym', others: shown, sameBirthDate });
      }
    }
    const patch = patchOf(item, schoolYear);
    const record = pupil
      ? overlay(pupil, { ...patch, id: pupil.id })
      : { ...patch, id: giveId('pupil', keyOf(item.row)) };
    return { sources: [item.source], record, known: pupil, reasons, candidates };
  });
}

function patchOf({ row, classId }: Item, schoolYear: number): Omit<Pupil, 'id'> {
  const { names, birthDate, sex, ine, grade, cycle, image, associations, feedKey } = row;
  const passage = row.passage === undefined ? undefined : { year: schoolYear, decision: row.passage };
  const authorisations = withoutUndefined({ image, associations });
  const feedKeys = feedKey === undefined ? undefined : [feedKey];
  return withoutUndefined({
    names,
    birthDate,
    sex,
    ine,
    grade,
    cycle,
    classId,
    authorisations,
    passage,
    feedKeys,
  });
}

/** The feed's own key of a pupil: the INE where there is one, else what the school writes on every list. */
function keyOf(row: PupilRow): string {
  return row.ine === undefined ? naturalKey(row) : `ine:${row.ine}`;
}

function naturalKey({ names, birthDate }: Pick<Pupil, 'names' | 'birthDate'>): string {
  return `${nameKey(names)}|${birthDate ?? ''}`;
}

interface Told extends Keyed {
  ine?: string | undefined;
  birthDate?: string | undefined;
}

/**
 * Two different INEs are two different children, whatever their names; so are two numbers of one feed, unless the birth
 * date is the same (an academy's directory sometimes holds one child twice: that is asked).
 */
function maybeSame(left: Told, right: Told): boolean {
  if (left.ine !== undefined && right.ine !== undefined && left.ine !== right.ine) return false;
  return !keysDiffer(left, right) || left.birthDate === right.birthDate;
}

const told = ({ row }: Item): Told => ({
  ine: row.ine,
  birthDate: row.birthDate,
  feedKeys: row.feedKey === undefined ? undefined : [row.feedKey],
});

/**
 * Rows that repeat an earlier one: the same INE, or the same name, birth date and class. An INE is one child's, so
 * the repeating row loses it: if somebody decides that it is another child, the number is the first row's.
 */
function findRepeats(rows: readonly Item[]): { items: Item[]; repeats: Map<Item, Item> } {
  const repeats = new Map<Item, Item>();
  const byIne = new Map<string, Item>();
  const byNatural = new Map<string, Item>();
  const items = rows.map((given) => {
    const { row, classId } = given;
    const natural = `${naturalKey(row)}|${classId ?? ''}`;
    const sameIne = row.ine === undefined ? undefined : byIne.get(row.ine);
    const item = sameIne ? { ...given, row: withoutUndefined({ ...row, ine: undefined }) } : given;
    const sameNatural = byNatural.get(natural);
    const earlier =
      sameIne ?? (sameNatural && maybeSame(told(given), told(sameNatural)) ? sameNatural : undefined);
    if (earlier) repeats.set(item, earlier);
    else if (!sameNatural) byNatural.set(natural, item);
    if (row.ine !== undefined && !sameIne) byIne.set(row.ine, item);
    return item;
  });
  return { items, repeats };
}

function matchPupils(
  known: readonly Pupil[],
  items: readonly Item[],
  repeats: ReadonlyMap<Item, Item>,
  deriveKey: PlanOptions['deriveKey'],
): { matches: Map<Item, Pupil>; free: Set<Pupil> } {
  const matches = new Map<Item, Pupil>();
  const free = new Set(known);
  const byIne = groupBy(known, ({ ine }) => ine ?? '');
  const byNatural = groupBy(known, naturalKey);
  const byName = groupBy(known, ({ names }) => nameKey(names));
  const byId = groupBy(known, ({ id }) => id);
  const rowsByName = groupBy(items, ({ row }) => nameKey(row.names));

  const pass = (of: (item: Item) => Pupil | undefined): void => {
    for (const item of items) {
      if (matches.has(item)) continue;
      const pupil = of(item);
      if (!pupil || !free.has(pupil)) continue;
      matches.set(item, pupil);
      free.delete(pupil);
    }
  };
  const open = (group: readonly Pupil[] | undefined, item: Item): Pupil[] =>
    (group ?? []).filter((pupil) => free.has(pupil) && maybeSame(told(item), pupil));

  const expected = expectedIds(items, deriveKey);
  const byExpectedId = (item: Item): Pupil | undefined => open(byId.get(expected.get(item) ?? ''), item)[0];

  const byKey = byFeedKey(known);
  pass(({ row }) => (row.feedKey === undefined ? undefined : byKey.get(row.feedKey)));
  pass((item) => (item.row.ine === undefined ? undefined : open(byIne.get(item.row.ine), item)[0]));
  // Children who share everything the file says keep their own row from one import to the next.
  pass((item) => {
    const pupil = byExpectedId(item);
    return pupil && sameOnPaper(pupil, item) ? pupil : undefined;
  });
  pass((item) => open(byNatural.get(naturalKey(item.row)), item).find((pupil) => sameOnPaper(pupil, item)));
  // A repeated row that somebody confirmed as a second child was matched above; it may not claim anyone else.
  pass((item) => (repeats.has(item) ? undefined : open(byNatural.get(naturalKey(item.row)), item)[0]));
  pass((item) => (repeats.has(item) ? undefined : byExpectedId(item)));
  pass((item) => {
    const key = nameKey(item.row.names);
    const candidates = open(byName.get(key), item);
    const [pupil] = candidates;
    const unmatched = (rowsByName.get(key) ?? []).filter((other) => !matches.has(other));
    if (!pupil || candidates.length > 1 || unmatched.length > 1) return undefined;
    const dateArrived = item.row.birthDate !== undefined && pupil.birthDate === undefined;
    const dateMissing = item.row.birthDate === undefined && item.classId === pupil.classId;
    return dateArrived || dateMissing ? pupil : undefined;
  });
  return { matches, free };
}

/** The id each row would be given by an import into an empty school. */
function expectedIds(items: readonly Item[], deriveKey: PlanOptions['deriveKey']): Map<Item, string> {
  const expected = new Map<Item, string>();
  for (const [key, alike] of groupBy(items, ({ row }) => keyOf(row))) {
    alike.forEach((item, index) => expected.set(item, deriveKey('pupil', ranked(key, index + 1))));
  }
  return expected;
}

function sameOnPaper(pupil: Pupil, { row, classId }: Item): boolean {
  return naturalKey(pupil) === naturalKey(row) && pupil.classId === classId;
}

function reasonsOfRow({ row, classId }: Item, pupil: Pupil | undefined): DoubtReason[] {
  const reasons: DoubtReason[] = [];
  for (const { code, value } of row.problems) {
    if (code === 'badDate' || code === 'noDate') reasons.push(withoutUndefined({ code: 'badDate', value }));
    else if (code === 'impossibleAge') reasons.push({ code, birthDate: value ?? '' });
  }
  if (classId === undefined) reasons.push(withoutUndefined({ code: 'unknownClass', label: row.classLabel }));
  const conflict =
    pupil?.ine !== undefined &&
    pupil.ine === row.ine &&
    !(row.feedKey !== undefined && pupil.feedKeys?.includes(row.feedKey)) &&
    nameKey(pupil.names) !== nameKey(row.names) &&
    pupil.birthDate !== row.birthDate;
  if (conflict) reasons.push({ code: 'ineConflict', ine: pupil.ine ?? '' });
  return reasons;
}

/** Known pupils that no row and no candidate names. */
export function absentPupils(known: readonly Pupil[], drafts: readonly Draft<'pupil'>[]): Pupil[] {
  const found = new Set(
    drafts.flatMap((draft) => [draft.record.id, ...draft.candidates.map(({ id }) => id)]),
  );
  return known.filter(({ id }) => !found.has(id));
}
