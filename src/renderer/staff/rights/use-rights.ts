import { onMounted, ref } from 'vue';
import type { ReplyOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import { useStaff } from '../client';
import { useFailure } from '../failure';

export type RightsList = ReplyOf<StaffContract, 'rights.list'>;

/** Who has which right, kept up to date. */
export function useRights() {
  const staff = useStaff();
  const { guard } = useFailure();
  const list = ref<RightsList>();
  const failed = ref(false);
  async function load(): Promise<void> {
    const found = await guard(() => staff.request('rights.list', {}));
    failed.value = found === undefined;
    if (found) list.value = found;
  }
  onMounted(load);
  staff.on('rights.changed', () => void load());
  staff.on('people.changed', () => void load());
  return { list, failed, load };
}
