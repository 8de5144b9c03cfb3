import { computed, ref, watch, type Ref } from 'vue';

/** A long list by pieces, so that 469 parents cost no more than thirty. A new list starts from its top. */
export function usePages<T>(all: Readonly<Ref<readonly T[]>>, size = 40) {
  const shown = ref(size);
  watch(all, (now, before) => {
    if (now.length !== before.length) shown.value = size;
  });
  return {
    visible: computed(() => all.value.slice(0, shown.value)),
    left: computed(() => Math.max(0, all.value.length - shown.value)),
    more: (): void => void (shown.value += size),
  };
}
