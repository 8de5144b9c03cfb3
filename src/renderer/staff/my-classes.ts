import { computed, onMounted, ref } from 'vue';
import type { ClassSummary } from '../../contract/staff/people';
import type { Id } from '../../domain/id';
import { useStaff } from './client';
import { useFailure } from './failure';

/** The classes of who is signed in (all of them for a head without a class), and the one being looked at. `taught`: the teacher's own only. */
export function useMyClasses({ taught = false }: { readonly taught?: boolean } = {}) {
  const staff = useStaff();
  const { guard } = useFailure();
  const classes = ref<ClassSummary[]>();
  const chosen = ref<Id<'class'>>();
  async function load(): Promise<void> {
    const found = await guard(() => staff.request('people.classes', {}));
    if (!found) return;
    const mine = found.classes.filter((entry) => entry.mine);
    classes.value = mine.length > 0 || taught ? mine : found.classes;
    if (!classes.value.some((entry) => entry.id === chosen.value)) chosen.value = classes.value[0]?.id;
  }
  onMounted(load);
  staff.on('people.changed', () => void load());
  return {
    classes,
    chosen,
    options: computed(() => classes.value?.map((entry) => ({ value: entry.id, label: entry.label })) ?? []),
  };
}
