import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanView } from '../../../contract/staff/years';
import { evenly, splits } from './even-split';

type Class = PlanView['classes'][number];
type Pupil = PlanView['pupils'][number];
const group = (n: number, grades: Class['grades']): Class => ({
  id: `class_${n}`,
  label: `Classe ${n}`,
  grades,
  teachers: [],
  pictureCode: false,
});
const pupil = (n: number, to: Pupil['to'], nextGrade: NonNullable<Pupil['nextGrade']> = 'CP'): Pupil => ({
  id: `pupil_${n}`,
  name: `Enfant ${n}`,
  passage: 'up',
  may: ['up', 'repeats'],
  proposed: true,
  nextGrade,
  to,
});
const planOf = (classes: Class[], pupils: Pupil[]): PlanView => ({
  from: 2026,
  to: 2027,
  classes,
  pupils,
  arrivals: [],
  staff: [],
});

describe('children of a grade that has several classes', () => {
  const classes = [group(1, ['CP']), group(2, ['CP', 'CE1']), group(3, ['CM2'])];

  it('are split once, grade by grade, where a choice is to be made', () => {
    const plan = planOf(classes, [pupil(1, null), pupil(2, null, 'CM2'), pupil(3, null, 'CE1')]);
    expect(splits(plan, plan.pupils).map(({ grade, pupils }) => [grade, pupils.length])).toEqual([['CP', 1]]);
  });

  it('end in classes whose sizes differ by one at most, as far as their number goes', () => {
    fc.assert(
      fc.property(fc.nat(12), fc.nat(12), fc.nat(40), (first, second, waiting) => {
        const placed = [
          ...Array<Class['id']>(first).fill('class_1'),
          ...Array<Class['id']>(second).fill('class_2'),
        ];
        const pupils = [
          ...placed.map((to, at) => pupil(at, to)),
          ...Array.from({ length: waiting }, (_, at) => pupil(100 + at, null)),
        ];
        const plan = planOf(classes, pupils);
        const [split] = splits(
          plan,
          pupils.filter(({ to }) => to === null),
        );
        const decisions = split ? evenly(split, plan) : [];
        expect(decisions.length).toBe(waiting);
        const size = (id: Class['id']): number =>
          [...placed, ...decisions.map(({ to }) => to)].filter((to) => to === id).length;
        const apart = Math.abs(size('class_1') - size('class_2'));
        expect(apart).toBeLessThanOrEqual(Math.max(1, Math.abs(first - second) - waiting));
      }),
    );
  });

  it('keep what was decided of their passage', () => {
    const repeats: Pupil = { ...pupil(1, null), decided: { pupil: 'pupil_1', passage: 'repeats' } };
    const plan = planOf(classes, [repeats]);
    const [split] = splits(plan, plan.pupils);
    expect(split && evenly(split, plan)).toEqual([{ pupil: 'pupil_1', passage: 'repeats', to: 'class_1' }]);
  });
});
