import { shallowRef, type ShallowRef } from 'vue';
import type { InternetState } from '../../../../../contract/staff/internet';
import type { InternetMode } from '../../../../../domain/internet/judge';
import { useStaff } from '../../../client';
import { useFailure } from '../../../failure';

/** The Internet of this lesson: the panel and the strip above the wall say the same. */
export function useInternet(): {
  readonly state: ShallowRef<InternetState | undefined>;
  refresh(): Promise<void>;
  set(mode: InternetMode, sites: readonly string[]): Promise<boolean>;
  check(): Promise<void>;
} {
  const staff = useStaff();
  const { guard } = useFailure();
  const state = shallowRef<InternetState>();
  const take = (next: InternetState | undefined): boolean => {
    if (next) state.value = next;
    return next !== undefined;
  };
  staff.on('internet.changed', (next) => void take(next));
  return {
    state,
    refresh: async () => void take(await guard(() => staff.request('internet.state', {}))),
    set: async (mode, sites) =>
      take(await guard(() => staff.request('internet.set', { mode, sites: [...sites] }))),
    check: async () => void take(await guard(() => staff.request('internet.check', {}))),
  };
}
