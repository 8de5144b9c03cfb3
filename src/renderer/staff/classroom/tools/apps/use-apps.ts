import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import type { InputOf } from '../../../../../contract/define';
import type { StaffContract } from '../../../../../contract/staff';
import type { AppsState, LessonTablet } from '../../../../../contract/staff/apps';
import { useStaff } from '../../../client';
import { useFailure } from '../../../failure';

/** Applications of the lesson's tablets: the panel and the strip above the wall say the same. */
export function useApps(): {
  readonly state: ShallowRef<AppsState | undefined>;
  /** Tablets that answer, and those that still owe an answer. */
  readonly here: ComputedRef<readonly LessonTablet[]>;
  refresh(): Promise<void>;
  set(order: InputOf<StaffContract, 'apps.set'>): Promise<boolean>;
} {
  const staff = useStaff();
  const { guard } = useFailure();
  const state = shallowRef<AppsState>();
  const take = (next: AppsState | undefined): boolean => {
    if (next) state.value = next;
    return next !== undefined;
  };
  staff.on('apps.changed', (next) => void take(next));
  return {
    state,
    here: computed(() => state.value?.tablets.filter(({ here }) => here) ?? []),
    refresh: async () => void take(await guard(() => staff.request('apps.state', {}))),
    set: async (order) => take(await guard(() => staff.request('apps.set', order))),
  };
}
