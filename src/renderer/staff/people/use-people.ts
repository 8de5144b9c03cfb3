import { computed, onMounted, ref } from 'vue';
import type { ClassSummary, StaffMemberSummary } from '../../../contract/staff/people';
import { useStaff } from '../client';
import { useFailure } from '../failure';

/** Classes and team as they are now, kept so while the screen is open. */
export function usePeople() {
  const staff = useStaff();
  const { sentence } = useFailure();
  const classes = ref<ClassSummary[]>();
  const team = ref<StaffMemberSummary[]>();
  const failure = ref('');

  async function load(): Promise<void> {
    try {
      const [found, people] = await Promise.all([
        staff.request('people.classes', {}),
        staff.request('people.staff', {}),
      ]);
      classes.value = found.classes;
      team.value = people.staff;
      failure.value = '';
    } catch (error) {
      failure.value = sentence(error);
    }
  }
  onMounted(load);
  staff.on('people.changed', () => void load());

  const labels = computed(() => new Map((classes.value ?? []).map(({ id, label }) => [id, label])));
  return {
    classes,
    team,
    failure,
    load,
    withoutAccount: computed(() => (team.value ?? []).filter(({ account }) => !account)),
    classNames: (ids: readonly string[]): string =>
      ids
        .map((id) => labels.value.get(id as ClassSummary['id']) ?? '')
        .filter(Boolean)
        .join(', '),
  };
}
