import { compareText } from '../people/names';
import { cycleOf, GRADES, sortGrades, type Grade } from '../people/person';

/** Next year's classes and who goes where: proposed by rule, put right by the head, carried out when the year is closed. */
export interface NextClass {
  readonly id: string;
  readonly label: string;
  readonly grades: readonly Grade[];
  readonly teachers: readonly string[];
  readonly pictureCode: boolean;
}
export interface YearPlan {
  readonly from: number;
  readonly to: number;
  readonly classes: readonly NextClass[];
  /** The class of each pupil who stays; null for one who stays and has none yet. Who is not named leaves the school. */
  readonly pupils: Readonly<Record<string, string | null>>;
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
    readonly left: boolean;
  }[];
  readonly staff: readonly { readonly id: string; readonly classIds: readonly string[] }[];
}

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

/**
 * The classes stay what they are, with their teachers; each child goes up. A class is chosen only where one alone takes
 * the grade, or where the child's own class goes on to it (a double level): everybody else waits for a person or for ONDE.
 */
export function proposePlan(now: YearNow, from: number, to: number, newId: () => string): YearPlan {
  const groups = [...now.classes].sort((a, b) => rankOf(a) - rankOf(b) || compareText(a.label, b.label));
  const next = new Map(groups.map(({ id }) => [id, newId()]));
  const classes = groups.map((group): NextClass => ({
    id: next.get(group.id) ?? newId(),
    label: group.label,
    grades: sortGrades(group.grades.filter(isGrade)),
    teachers: now.staff.filter(({ classIds }) => classIds.includes(group.id)).map(({ id }) => id),
    pictureCode: group.pictureCode ?? false,
  }));
  const pupils: Record<string, string | null> = {};
  for (const { id, classId, grade, left } of now.pupils) {
    const after = gradeAfter(grade, to - from);
    if (left || after === 'left') continue;
    pupils[id] = placeOf(classes, classId === undefined ? undefined : next.get(classId), after);
  }
  return { from, to, classes, pupils, staff: now.staff.map(({ id }) => id) };
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

/** What makes a plan impossible to carry out; undefined for one that fits the people and classes there are. */
export function planProblem(plan: YearPlan, now: YearNow): 'class' | 'pupil' | 'staff' | undefined {
  const classes = new Set(plan.classes.map(({ id }) => id));
  const old = new Set(now.classes.map(({ id }) => id));
  if (classes.size !== plan.classes.length || plan.classes.some(({ id }) => old.has(id))) return 'class';
  const staff = new Set(now.staff.map(({ id }) => id));
  const staying = new Set(plan.staff);
  if (plan.staff.some((id) => !staff.has(id))) return 'staff';
  if (plan.classes.some(({ teachers }) => teachers.some((id) => !staying.has(id)))) return 'staff';
  const here = new Set(now.pupils.filter(({ left }) => !left).map(({ id }) => id));
  const wrong = Object.entries(plan.pupils).some(
    ([id, place]) => !here.has(id) || (place !== null && !classes.has(place)),
  );
  return wrong ? 'pupil' : undefined;
}

/** People and classes have moved since the plan was made: who came stands without a class, who left is not in it. */
export function refreshPlan(plan: YearPlan, now: YearNow): YearPlan {
  const staff = new Set(now.staff.map(({ id }) => id));
  const here = now.pupils.filter(({ left }) => !left);
  const classes = plan.classes.map((group) => ({
    ...group,
    teachers: group.teachers.filter((id) => staff.has(id)),
  }));
  const known = new Set(classes.map(({ id }) => id));
  const kept = here.flatMap(({ id }) => {
    if (!Object.hasOwn(plan.pupils, id)) return [];
    const place = plan.pupils[id] ?? null;
    return [[id, place !== null && known.has(place) ? place : null] as const];
  });
  return {
    ...plan,
    classes,
    pupils: Object.fromEntries(kept),
    staff: plan.staff.filter((id) => staff.has(id)),
  };
}

/** The cycle that goes with a grade, as records carry both. */
export const cycleOfGrade = (grade: Grade | undefined): number | undefined =>
  grade === undefined ? undefined : cycleOf(grade);
