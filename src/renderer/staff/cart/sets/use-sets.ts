/** The sets of the school, kept up to date: asked again at each change, and every minute since hours pass by themselves. */
import { onScopeDispose, shallowRef } from 'vue';
import type { ReplyOf } from '../../../../contract/define';
import type { StaffContract } from '../../../../contract/staff';
import { useStaff } from '../../client';

const REFRESH_MS = 60_000;
/** A hub speaks every 2 s; who is in may be told a little later. Milliseconds. */
const LATER_MS = 4_000;

/** Runs a moment after it was asked, once however often it was. */
export function later(work: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(timer));
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void work();
    }, LATER_MS);
  };
}

export function useSets() {
  const staff = useStaff();
  const sets = shallowRef<ReplyOf<StaffContract, 'sets.list'>>();
  const failure = shallowRef<unknown>();

  async function load(): Promise<void> {
    try {
      sets.value = await staff.request('sets.list', {});
      failure.value = undefined;
    } catch (error) {
      failure.value = error;
    }
  }
  const ends = [staff.on('sets.changed', () => void load()), staff.on('cart.changed', later(load))];
  const timer = setInterval(() => void load(), REFRESH_MS);
  onScopeDispose(() => {
    for (const end of ends) end();
    clearInterval(timer);
  });
  void load();
  return { sets, failure, load };
}
