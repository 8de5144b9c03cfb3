/** A cart being put away, as it fills: asked again at each change, and every few seconds since a plug that falls silent says nothing. */
import { onScopeDispose, shallowRef } from 'vue';
import { useFailure } from '../failure';
import type { ReplyOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import type { ClosingPlaceView, ClosingView } from '../../../contract/staff/closing';
import type { StaffClient } from '../client';

const REFRESH_MS = 4_000;

export type PutAway = ReplyOf<StaffContract, 'closing.finish'>;

export function useClosing(staff: StaffClient, cart: ClosingView['cart']) {
  const { guard } = useFailure();
  const closing = shallowRef<ClosingView>();
  /** What is said is newer than what was asked before it. */
  let turn = 0;

  async function refresh(): Promise<void> {
    const mine = ++turn;
    const found = await staff.request('closing.look', { cart }).catch(() => undefined);
    if (found && mine === turn) closing.value = found;
  }
  const ends = [
    staff.on('closing.changed', (changed) => {
      if (changed.cart === cart) void refresh();
    }),
    staff.on('cart.changed', (changed) => {
      if (changed.cart === cart) void refresh();
    }),
  ];
  const timer = setInterval(() => void refresh(), REFRESH_MS);
  onScopeDispose(() => {
    for (const end of ends) end();
    clearInterval(timer);
  });
  void refresh();

  return {
    closing,
    async say(device: ClosingPlaceView['device'], word: 'plugged' | 'unplugged' | 'missing' | undefined) {
      const found = await guard(() => staff.request('closing.say', { cart, device, ...(word && { word }) }));
      if (!found) return;
      turn += 1;
      closing.value = found;
    },
    finish: (rest: 'plugged' | 'missing', of: `class_${string}` | undefined): Promise<PutAway | undefined> =>
      guard(() => staff.request('closing.finish', { cart, rest, ...(of && { class: of }) })),
    undo: (event: PutAway['event']) => guard(() => staff.request('cart.undo', { cart, event })),
  };
}
