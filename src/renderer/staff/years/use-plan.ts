import { computed, onBeforeUnmount, onMounted, ref, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { InputOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import type { ArrivalInput, PlanView, PupilDecision } from '../../../contract/staff/years';
import { useStaff } from '../client';
import { useFailure } from '../failure';

export type PlanClass = InputOf<StaffContract, 'years.saveClass'>;
type Act = () => Promise<PlanView>;

/** Next year as it is prepared: each decision is written at once, and the last ones can be taken back. */
export function usePlan() {
  const { t } = useI18n();
  const staff = useStaff();
  const { guard, sentence } = useFailure();
  const plan = shallowRef<PlanView>();
  const failure = ref<string>();
  /** The last thing that was decided or taken back, in words. */
  const said = ref('');
  const stack = shallowRef<readonly { label: string; act: Act }[]>([]);

  const take = (next: PlanView): void => void (plan.value = shared(plan.value, next));
  async function look(): Promise<void> {
    try {
      take(await staff.request('years.plan', {}));
    } catch (error) {
      failure.value = sentence(error);
    }
  }
  void look();
  // Another head, another window: what they decide is seen here.
  staff.on('years.changed', () => void look());

  async function act(label: string, forth: Act, back: Act): Promise<void> {
    const next = await guard(forth);
    if (!next) {
      await look();
      return;
    }
    take(next);
    stack.value = [...stack.value.slice(-49), { label, act: back }];
    said.value = label;
  }
  async function undo(): Promise<void> {
    const last = stack.value.at(-1);
    if (!last) return;
    stack.value = stack.value.slice(0, -1);
    const next = await guard(last.act);
    if (!next) return;
    take(next);
    said.value = t('years.plan.undone', { what: last.label });
  }

  const onKey = (event: KeyboardEvent): void => {
    const typing = event.target instanceof HTMLInputElement && event.target.type !== 'checkbox';
    if (typing || event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey)
      return;
    event.preventDefault();
    void undo();
  };
  onMounted(() => window.addEventListener('keydown', onKey));
  onBeforeUnmount(() => window.removeEventListener('keydown', onKey));

  const saveClass = (group: PlanClass) => () => staff.request('years.saveClass', group);
  return {
    plan,
    failure,
    said,
    last: computed(() => stack.value.at(-1)?.label),
    undo,
    decide(label: string, decisions: readonly PupilDecision[]): Promise<void> {
      const before = decisions.map(
        ({ pupil }) => plan.value?.pupils.find(({ id }) => id === pupil)?.decided ?? { pupil },
      );
      const write = (pupils: readonly PupilDecision[]) => () =>
        staff.request('years.decide', { pupils: [...pupils] });
      return act(label, write(decisions), write(before));
    },
    saveClass(label: string, group: PlanClass): Promise<void> {
      const before = plan.value?.classes.find(({ id }) => id === group.id);
      const remove = () => staff.request('years.removeClass', { class: group.id });
      return act(label, saveClass(group), before ? saveClass(plainClass(before)) : remove);
    },
    removeClass(label: string, group: PlanView['classes'][number]): Promise<void> {
      const remove = () => staff.request('years.removeClass', { class: group.id });
      return act(label, remove, saveClass(plainClass(group)));
    },
    setStays(label: string, person: PlanView['staff'][number]['id'], stays: boolean): Promise<void> {
      const write = (on: boolean) => () => staff.request('years.setStays', { person, stays: on });
      return act(label, write(stays), write(!stays));
    },
    saveArrival(label: string, child: ArrivalInput): Promise<void> {
      const before = plan.value?.arrivals.find(({ id }) => id === child.id);
      const write = (one: ArrivalInput) => () => staff.request('years.saveArrival', one);
      const remove = () => staff.request('years.removeArrival', { id: child.id });
      return act(label, write(child), before ? write(plainArrival(before)) : remove);
    },
    removeArrival(label: string, child: PlanView['arrivals'][number]): Promise<void> {
      const remove = () => staff.request('years.removeArrival', { id: child.id });
      return act(label, remove, () => staff.request('years.saveArrival', plainArrival(child)));
    },
    drop: () => guard(() => staff.request('years.dropPlan', {})),
  };
}
export type PlanDesk = ReturnType<typeof usePlan>;

/** The next plan with what did not change kept as it was: one decision draws one line again, not two hundred and fifty. */
function shared(before: PlanView | undefined, next: PlanView): PlanView {
  if (!before) return next;
  const keep = <T extends { id: string }>(old: readonly T[], fresh: T[]): T[] => {
    const known = new Map(old.map((one) => [one.id, one]));
    const list = fresh.map((one) => {
      const same = known.get(one.id);
      return same && JSON.stringify(same) === JSON.stringify(one) ? same : one;
    });
    return list.length === old.length && list.every((one, at) => one === old[at]) ? (old as T[]) : list;
  };
  return {
    ...next,
    classes: keep(before.classes, next.classes),
    pupils: keep(before.pupils, next.pupils),
    arrivals: keep(before.arrivals, next.arrivals),
    staff: keep(before.staff, next.staff),
  };
}

/** As it is sent: without what only the screen shows. */
export const plainClass = ({ id, label, grades, teachers, pictureCode }: PlanClass): PlanClass => ({
  id,
  label,
  grades: [...grades],
  teachers: [...teachers],
  pictureCode,
});
export const plainArrival = ({ id, first, family, birthDate, grade, to }: ArrivalInput): ArrivalInput => ({
  id,
  first,
  family,
  ...(birthDate === undefined ? {} : { birthDate }),
  ...(grade === undefined ? {} : { grade }),
  to,
});
