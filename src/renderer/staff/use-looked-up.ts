import { shallowRef, type ShallowRef } from 'vue';
import type { EventOf } from '../../contract/define';
import type { StaffContract } from '../../contract/staff';
import { useStaff } from './client';
import { useFailure } from './failure';

/** Something that is read, and read again when one of `events` tells; what fails is said in its place. */
export function useLookedUp<T>(
  ask: () => Promise<T>,
  ...events: readonly EventOf<StaffContract>[]
): {
  value: ShallowRef<T | undefined>;
  failure: ShallowRef<string | undefined>;
  load: () => Promise<void>;
} {
  const staff = useStaff();
  const { sentence } = useFailure();
  const value = shallowRef<T>();
  const failure = shallowRef<string>();
  let asked = 0;
  async function load(): Promise<void> {
    const mine = (asked += 1);
    try {
      const found = await ask();
      // An answer that another question has overtaken is not shown.
      if (mine !== asked) return;
      value.value = found;
      failure.value = undefined;
    } catch (error) {
      if (mine === asked) failure.value = sentence(error);
    }
  }
  for (const event of events) staff.on(event, () => void load());
  void load();
  return { value, failure, load };
}
