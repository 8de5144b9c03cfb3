import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import type { InputOf } from '../../../../../contract/define';
import type { StaffContract } from '../../../../../contract/staff';
import type { AppsState, LessonDevice } from '../../../../../contract/staff/apps';
import { useStaff } from '../../../client';
import { useFailure } from '../../../failure';

export type AppsOrder = InputOf<StaffContract, 'apps.set'>;
export const NOTHING: AppsOrder = { mode: 'all', apps: [], programs: [], copy: 'free' };

/** Applications of the lesson's devices: the panel and the strip above the wall say the same. */
export function useApps(): {
  readonly state: ShallowRef<AppsState | undefined>;
  /** Tablets by cable and computers in pupil mode that answer. */
  readonly here: ComputedRef<readonly LessonDevice[]>;
  /** Something is limited until the end of the lesson. */
  readonly limits: ComputedRef<boolean>;
  refresh(): Promise<void>;
  set(order: AppsOrder): Promise<boolean>;
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
    here: computed(() => state.value?.devices.filter(({ here, kind }) => here && kind !== 'browser') ?? []),
    limits: computed(() => state.value?.mode !== 'all' || state.value.copy === 'blocked'),
    refresh: async () => void take(await guard(() => staff.request('apps.state', {}))),
    set: async (order) => take(await guard(() => staff.request('apps.set', order))),
  };
}
