import { computed, ref } from 'vue';
import { isId, type Id } from '../../../../domain/id';
import { useStaff } from '../../client';

interface ClassChoice {
  readonly id: Id<'class'>;
  readonly label: string;
  readonly mine: boolean;
}

/** For whom a cart is lent or booked: a class of the school, or an activity by its name. */
export function useWhom() {
  const staff = useStaff();
  const kind = ref<'class' | 'activity'>('class');
  const classId = ref<string>();
  const activity = ref('');
  const classes = ref<readonly ClassChoice[]>([]);
  const whom = computed(() => {
    if (kind.value === 'class')
      return isId(classId.value, 'class') ? { kind: 'class' as const, class: classId.value } : undefined;
    const name = activity.value.trim();
    return name === '' ? undefined : { kind: 'activity' as const, name };
  });

  /** Reads the classes; proposes the first that suits, unless one was chosen already and `keep` is set. */
  async function offer(suits: (one: ClassChoice) => boolean, keep = false): Promise<void> {
    const found = await staff.request('people.classes', {}).catch(() => undefined);
    classes.value = found?.classes ?? [];
    if (!keep || classId.value === undefined)
      classId.value = (classes.value.find(suits) ?? classes.value[0])?.id;
    if (classes.value.length === 0) kind.value = 'activity';
  }

  return { kind, classId, activity, classes, whom, offer };
}
export type Whom = ReturnType<typeof useWhom>;
