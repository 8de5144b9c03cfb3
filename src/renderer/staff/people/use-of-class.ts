import { computed, watch } from 'vue';
import { useRoute } from 'vue-router';
import type { EventOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import { isId, type Id } from '../../../domain/id';
import { useLookedUp } from '../use-looked-up';
import { usePeople } from './use-people';

/** What is read of the class that the address names, and the class itself. */
export function useOfClass<T>(
  ask: (id: Id<'class'>) => Promise<T>,
  ...events: readonly EventOf<StaffContract>[]
) {
  const route = useRoute();
  const { classes } = usePeople();
  const classId = computed(() => (isId(route.params['id'], 'class') ? route.params['id'] : undefined));
  const looked = useLookedUp(
    async () => (classId.value === undefined ? undefined : ask(classId.value)),
    ...events,
  );
  watch(classId, looked.load);
  return {
    ...looked,
    classId,
    group: computed(() => classes.value?.find(({ id }) => id === classId.value)),
  };
}
