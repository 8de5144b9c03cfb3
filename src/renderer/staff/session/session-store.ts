import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { SessionState } from '../../../contract/staff/session';
import { useStaff } from '../client';

/** Who is at this window and what school is open: every screen depends on it, so it has one place. */
export const useSession = defineStore('session', () => {
  const staff = useStaff();
  const state = ref<SessionState>();
  staff.on('session.changed', (next) => (state.value = next));

  async function load(): Promise<SessionState> {
    return (state.value = await staff.request('session.state', {}));
  }
  return {
    state,
    me: computed(() => state.value?.signedIn),
    isHead: computed(() => state.value?.signedIn?.roles.includes('head') ?? false),
    demonstration: computed(() => state.value?.school === 'demonstration'),
    provisional: computed(() => state.value?.school === 'provisional'),
    load,
    accept: (next: SessionState) => (state.value = next),
    async signIn(who: string, password: string) {
      state.value = await staff.request('session.signIn', { who, password });
    },
    async signOutEverywhere() {
      await staff.request('session.signOutEverywhere', {});
      await load();
    },
    async signOut() {
      await staff.request('session.signOut', {});
      await load();
    },
  };
});
