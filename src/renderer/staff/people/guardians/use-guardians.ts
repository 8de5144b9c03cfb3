import { computed, onMounted, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { ChildOfSchool, GuardianSummary } from '../../../../contract/staff/guardians';
import type { ClassSummary } from '../../../../contract/staff/people';
import { useStaff } from '../../client';
import { useFailure } from '../../failure';

/** Where one looks at every class of the school. */
export const ALL_CLASSES = 'all';

/** Children, adults and classes as they are now, kept so while the screen is open. */
export function useGuardians() {
  const { t } = useI18n();
  const staff = useStaff();
  const { sentence } = useFailure();
  const children = ref<ChildOfSchool[]>();
  const guardians = ref<GuardianSummary[]>([]);
  const classes = ref<ClassSummary[]>([]);
  const failure = ref('');

  async function load(): Promise<void> {
    try {
      const [found, groups] = await Promise.all([
        staff.request('guardians.list', {}),
        staff.request('people.classes', {}),
      ]);
      classes.value = groups.classes;
      guardians.value = found.guardians;
      children.value = found.children;
      failure.value = '';
    } catch (error) {
      failure.value = sentence(error);
    }
  }
  onMounted(load);
  staff.on('guardians.changed', () => void load());
  staff.on('people.changed', () => void load());

  const byId = computed(() => new Map(guardians.value.map((one) => [one.id, one])));
  const labels = computed(() => new Map(classes.value.map(({ id, label }) => [id, label])));
  return {
    children,
    guardians,
    classes,
    classChoices: computed(() => [
      { value: ALL_CLASSES, label: t('guardians.allClasses') },
      ...classes.value.map(({ id, label }) => ({ value: id as string, label })),
    ]),
    failure,
    guardian: (id: GuardianSummary['id']): GuardianSummary | undefined => byId.value.get(id),
    classOf: ({ class: id }: ChildOfSchool): string => (id && labels.value.get(id)) ?? '',
  };
}

/** Somebody of whom nothing holds today: nobody said, or two people said otherwise. */
export const isOpen = ({ standing }: ChildOfSchool['guardians'][number]): boolean =>
  standing.holds === 'toConfirm';
