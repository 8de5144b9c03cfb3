import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import type { ReplyOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import type { Action } from '../../../domain/rights/authorize';
import { useStaff } from '../client';
import { useSession } from '../session/session-store';

type Mine = ReplyOf<StaffContract, 'rights.mine'>;

/** What the person at this window may do: screens show no more than that. The host decides all the same. */
export const useMyRights = defineStore('my-rights', () => {
  const staff = useStaff();
  const session = useSession();
  const mine = ref<Mine>();
  const actions = computed(() => new Set<Action>(mine.value?.actions));

  async function load(): Promise<void> {
    // Nobody is signed in, or something stands before everything else: nothing to show.
    mine.value = await staff.request('rights.mine', {}).catch(() => undefined);
  }
  staff.on('rights.changed', () => void load());
  // Somebody else, another role; a password that was changed or a charter that was accepted opens the way.
  watch(() => JSON.stringify(session.me), load, { immediate: true });
  return {
    load,
    known: computed(() => mine.value !== undefined),
    roles: computed(() => mine.value?.roles ?? []),
    can: (action: Action): boolean => actions.value.has(action),
  };
});
