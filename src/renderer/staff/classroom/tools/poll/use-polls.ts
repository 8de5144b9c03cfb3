import { ref, shallowRef } from 'vue';
import type { PollView } from '../../../../../contract/staff/poll';
import { useStaff } from '../../../client';
import { useFailure } from '../../../failure';

/** The question whose answers are on the screen: opened from the panel and from the strip above the wall. */
export const watched = ref<PollView['id']>();

/** Questions of the lesson that runs, the newest first, as the host tells them. */
export function usePolls() {
  const staff = useStaff();
  const { guard } = useFailure();
  const polls = shallowRef<readonly PollView[]>([]);
  async function refresh(): Promise<void> {
    const state = await staff.request('poll.state', {}).catch(() => undefined);
    if (state) polls.value = state.polls;
  }
  staff.on('poll.changed', ({ poll }) => {
    const others = polls.value.filter((one) => one.id !== poll.id);
    polls.value = [...others, poll].sort(
      (a, b) => b.askedAt.localeCompare(a.askedAt) || b.id.localeCompare(a.id),
    );
  });
  void refresh();
  return {
    polls,
    refresh,
    stop: (poll: PollView['id']) => guard(() => staff.request('poll.stop', { poll })),
    reopen: (poll: PollView['id']) => guard(() => staff.request('poll.reopen', { poll })),
    show: (poll: PollView['id'], shown: boolean) => guard(() => staff.request('poll.show', { poll, shown })),
  };
}
