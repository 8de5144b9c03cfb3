import { computed, onScopeDispose, ref, watch, type ComputedRef } from 'vue';
import type { State } from './model';

/** The longest `setTimeout` can wait is about 24 days; a lock lasts an hour at most (ms). */
const LONGEST = 2 * 3_600_000;

/** True while the attention screen must show. It ends by itself, also when the line is gone (DESIGN 5). */
export function useLockEnd(state: State): ComputedRef<boolean> {
  const over = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(
    () => [state.attention, state.clockOff] as const,
    ([attention, clockOff]) => {
      clearTimeout(timer);
      over.value = false;
      if (!attention.on || attention.until === undefined) return;
      const left = Date.parse(attention.until) - (Date.now() + clockOff);
      if (left <= 0) over.value = true;
      else timer = setTimeout(() => (over.value = true), Math.min(left, LONGEST));
    },
    { immediate: true, deep: true },
  );
  onScopeDispose(() => clearTimeout(timer));
  return computed(() => state.attention.on && !over.value);
}
