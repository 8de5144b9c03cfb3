import type { PlanView, PupilDecision } from '../../../contract/staff/years';

type Pupil = PlanView['pupils'][number];
type Class = PlanView['classes'][number];

/** Children who wait for a class although their grade has several of them: nobody but a person can choose. */
export interface Split {
  readonly grade: NonNullable<Pupil['nextGrade']>;
  readonly classes: readonly Class[];
  readonly pupils: readonly Pupil[];
}

export function splits(plan: PlanView, waiting: readonly Pupil[]): Split[] {
  const grades = [...new Set(waiting.flatMap(({ nextGrade }) => nextGrade ?? []))];
  return grades
    .map((grade) => ({
      grade,
      classes: plan.classes.filter(({ grades: held }) => held.includes(grade)),
      pupils: waiting.filter(({ nextGrade }) => nextGrade === grade),
    }))
    .filter(({ classes }) => classes.length > 1);
}

/** Each goes to the class that is smallest by then: by the alphabet, so that one list does not fill one class. */
export function evenly({ classes, pupils }: Split, plan: PlanView): PupilDecision[] {
  const sizes = new Map(
    classes.map(({ id }) => [id, [...plan.pupils, ...plan.arrivals].filter(({ to }) => to === id).length]),
  );
  return pupils.flatMap(({ id, decided }) => {
    const [smallest] = [...sizes].sort(([, a], [, b]) => a - b);
    if (!smallest) return [];
    const [to, size] = smallest;
    sizes.set(to, size + 1);
    return [{ pupil: id, ...(decided?.passage === undefined ? {} : { passage: decided.passage }), to }];
  });
}
