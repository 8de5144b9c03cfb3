import { shallowRef, type ShallowRef } from 'vue';
import type { TalkView } from '../../../../../contract/staff/talk';
import { useStaff } from '../../../client';

/** Hands called, discussion and voices of the lesson that runs, as the host tells them. */
export function useTalk(): ShallowRef<TalkView | undefined> {
  const staff = useStaff();
  const state = shallowRef<TalkView>();
  staff.on('talk.changed', (next) => void (state.value = next));
  staff
    .request('talk.state', {})
    .then((next) => (state.value ??= next))
    // A lesson that has just closed has no discussion.
    .catch(() => undefined);
  return state;
}
