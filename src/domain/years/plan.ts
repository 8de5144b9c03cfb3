import { compareText } from '../people/names';
import { cycleOf, GRADES, PASSAGES, sortGrades, type Grade, type Passage } from '../people/person';

/**
 * Next year beside the present one. What is proposed follows from the present year; what somebody decided lies over it, each
 * decision by itself, so that two heads who prepare on two computers come to one plan.
 */

export interface NextClass {
  readonly id: string;
  readonly label: string;
  readonly grades: readonly Grade[];
  readonly teachers: readonly string[];
  readonly pictureCode: boolean;
}
export interface NextPlace {
  readonly passage: Passage;
  /** Nobody has decided: it follows from the grade, or from what ONDE says. */
  readonly proposed: boolean;
  readonly grade?: Grade | undefined;
  /** A class of next year; null for none yet, and for who leaves. */
  readonly to: string | null;
}
/** A child who is not of the school yet. */
export interface Arrival {
  readonly id: string;
  readonly first: string;
  readonly family: string;
  readonly birthDate?: string | undefined;
  readonly grade?: Grade | undefined;
  readonly to: string | null;
}
export interface YearPlan {
  readonly from: number;
  readonly to: number;
  readonly classes: readonly NextClass[];
  readonly pupils: Readonly<Record<string, NextPlace>>;
  readonly arrivals: readonly Arrival[];
  /** Members of staff who stay. */
  readonly staff: readonly string[];
}

export interface YearNow {
  readonly classes: readonly {
    readonly id: string;
    readonly label: string;
    readonly grades: readonly string[];
    readonly pictureCode?: boolean;
  }[];
  readonly pupils: readonly {
    readonly id: string;
    readonly classId?: string | undefined;
    readonly grade?: string | undefined;
    /** What the school's own directory says was decided. */
    readonly said?: Passage | undefined;
    readonly left: boolean;
  }[];
  readonly staff: readonly { readonly id: string; readonly classIds: readonly string[] }[];
}

/** What was decided; what is not named is as proposed. */
export interface Decisions {
  readonly classes: ReadonlyMap<string, NextClass | 'removed'>;
  readonly pupils: ReadonlyMap<
    string,
    { readonly passage?: Passage | undefined; readonly to?: string | null | undefined }
  >;
  readonly arrivals: readonly Arrival[];
  readonly staff: ReadonlyMap<string, boolean>;
}
export const NOTHING_DECIDED: Decisions = {
  classes: new Map(),
  pupils: new Map(),
  arrivals: [],
  staff: new Map(),
};

const isGrade = (value: string | undefined): value is Grade =>
  value !== undefined && (GRADES as readonly string[]).includes(value);

/** The grade after so many years; `left` behind CM2. A pupil without one (ULIS, UPE2A) keeps none. */
export function gradeAfter(grade: string | undefined, years: number): Grade | 'left' | undefined {
  if (!isGrade(grade)) return undefined;
  return GRADES[GRADES.indexOf(grade) + years] ?? 'left';
}

/** The grade of a pupil whose record says none, as for one added by hand: that of a class of one level. */
export function gradeIn(
  grade: string | undefined,
  group: { readonly grades: readonly string[] } | undefined,
): string | undefined {
  return grade ?? (group?.grades.length === 1 ? group.grades[0] : undefined);
}

export const leavesSchool = (passage: Passage): boolean => passage === 'college' || passage === 'leaves';

/** Grades gained by a passage over what the years alone give. */
const STEP: Readonly<Partial<Record<Passage, number>>> = { up: 0, repeats: -1, skips: 1 };

/** The grade that a passage leads to; `left` where none is behind it. */
export function gradeBy(
  passage: Passage,
  grade: string | undefined,
  years: number,
): Grade | 'left' | undefined {
  const step = STEP[passage];
  return step === undefined ? 'left' : gradeAfter(grade, Math.max(0, years + step));
}

/** What may be decided for a child of that grade: nobody goes up behind CM2, nor skips what is not there. */
export const passagesFor = (grade: string | undefined, years: number): Passage[] =>
  PASSAGES.filter((one) => {
    if (leavesSchool(one)) return true;
    if (grade === undefined) return one === 'up';
    return gradeBy(one, grade, years) !== 'left';
  });

function proposedPassage(grade: string | undefined, said: Passage | undefined, years: number): Passage {
  const may = passagesFor(grade, years);
  if (said !== undefined && may.includes(said)) return said;
  return may.includes('up') ? 'up' : 'college';
}

/**
 * Next year as it stands. Classes stay what they are, with their teachers; each child goes up. A class is chosen only where
 * one alone takes the grade, or where the child's own class goes on to it (a double level): everybody else waits for a
 * person or for ONDE.
 * @param nextId the id of the class that goes on from one of today: the same on every computer
 */
export function planOf(
  now: YearNow,
  decided: Decisions,
  years: { readonly from: number; readonly to: number },
  nextId: (classId: string) => string,
): YearPlan {
  const { from, to } = years;
  const staff = now.staff.map(({ id }) => id).filter((id) => decided.staff.get(id) !== false);
  const classes = classesOf(now, decided, new Set(staff), nextId);
  const known = new Set(classes.map(({ id }) => id));
  const pupils: Record<string, NextPlace> = {};
  for (const pupil of now.pupils) {
    if (pupil.left) continue;
    const own = decided.pupils.get(pupil.id);
    const may = passagesFor(pupil.grade, to - from);
    const chosen = own?.passage !== undefined && may.includes(own.passage) ? own.passage : undefined;
    const passage = chosen ?? proposedPassage(pupil.grade, pupil.said, to - from);
    const after = gradeBy(passage, pupil.grade, to - from);
    const grade = after === 'left' ? undefined : after;
    const next = pupil.classId === undefined ? undefined : nextId(pupil.classId);
    const place =
      own?.to === undefined
        ? placeOf(classes, next, grade)
        : own.to !== null && known.has(own.to)
          ? own.to
          : null;
    pupils[pupil.id] = {
      passage,
      proposed: chosen === undefined && own?.to === undefined,
      ...(grade === undefined ? {} : { grade }),
      to: leavesSchool(passage) ? null : place,
    };
  }
  const here = new Set(now.pupils.map(({ id }) => id));
  const arrivals = decided.arrivals
    .filter(({ id }) => !here.has(id))
    .map((one) => ({ ...one, to: one.to !== null && known.has(one.to) ? one.to : null }));
  return { from, to, classes, pupils, arrivals, staff };
}

function classesOf(
  now: YearNow,
  decided: Decisions,
  staff: ReadonlySet<string>,
  nextId: (classId: string) => string,
): NextClass[] {
  const proposed = now.classes.map((group): NextClass => ({
    id: nextId(group.id),
    label: group.label,
    grades: sortGrades(group.grades.filter(isGrade)),
    teachers: now.staff.filter(({ classIds }) => classIds.includes(group.id)).map(({ id }) => id),
    pictureCode: group.pictureCode ?? false,
  }));
  const ids = new Set(proposed.map(({ id }) => id));
  const added = [...decided.classes].flatMap(([id, one]) => (ids.has(id) || one === 'removed' ? [] : [one]));
  return [
    ...proposed.flatMap((one) => {
      const own = decided.classes.get(one.id);
      return own === 'removed' ? [] : [own ?? one];
    }),
    ...added,
  ]
    .map((one) => ({ ...one, teachers: one.teachers.filter((id) => staff.has(id)) }))
    .sort((a, b) => rankOf(a) - rankOf(b) || compareText(a.label, b.label) || compareText(a.id, b.id));
}

/** Youngest first, units behind. */
const rankOf = ({ grades }: { readonly grades: readonly string[] }): number => {
  const [first] = sortGrades(grades.filter(isGrade));
  return first === undefined ? GRADES.length : GRADES.indexOf(first);
};

function placeOf(
  classes: readonly NextClass[],
  own: string | undefined,
  grade: Grade | undefined,
): string | null {
  const same = classes.find(({ id }) => id === own);
  // A unit (ULIS) has no grades and keeps its pupils.
  if (grade === undefined) return same?.grades.length === 0 ? same.id : null;
  if (same?.grades.includes(grade)) return same.id;
  const fit = classes.filter(({ grades }) => grades.includes(grade));
  return fit.length === 1 && fit[0] ? fit[0].id : null;
}

/** The cycle that goes with a grade, as records carry both. */
export const cycleOfGrade = (grade: Grade | undefined): number | undefined =>
  grade === undefined ? undefined : cycleOf(grade);
