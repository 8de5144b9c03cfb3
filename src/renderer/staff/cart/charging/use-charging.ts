/** How a cart is charged, kept up to date: asked again at each change, and every minute so that « maintenant » stays true. */
import { onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue';
import type { ChargingView } from '../../../../contract/staff/charging';
import type { PanelBayView } from '../../../../contract/staff/cart';
import type { StaffClient } from '../../client';

const REFRESH_MS = 60_000;

export function useCharging(
  staff: Pick<StaffClient, 'request' | 'on'>,
  cart: MaybeRefOrGetter<ChargingView['cart']['id']>,
) {
  const view = shallowRef<ChargingView>();
  const failure = shallowRef<unknown>();
  /** What is written on the device of each place: the plan knows numbers only. */
  const labels = shallowRef<ReadonlyMap<number, string>>(new Map());
  async function refresh(): Promise<void> {
    const wanted = toValue(cart);
    try {
      const [reply, panel] = await Promise.all([
        staff.request('charging.view', { cart: wanted }),
        staff.request('cart.panel', { cart: wanted }),
      ]);
      if (wanted !== toValue(cart)) return;
      labels.value = labelsOf(panel.bays);
      view.value = reply;
      failure.value = undefined;
    } catch (error) {
      failure.value = error;
    }
  }
  const endOfEvents = staff.on('charging.changed', (changed) => {
    if (changed.cart === toValue(cart)) void refresh();
  });
  const again = setInterval(() => void refresh(), REFRESH_MS);
  onScopeDispose(() => {
    endOfEvents();
    clearInterval(again);
  });
  watch(
    () => toValue(cart),
    () => {
      view.value = undefined;
      void refresh();
    },
    { immediate: true },
  );
  return { view, failure, labels, refresh };
}

const labelsOf = (bays: readonly PanelBayView[]): ReadonlyMap<number, string> =>
  new Map(bays.flatMap(({ bay, device }) => (device?.label ? [[bay, device.label] as const] : [])));
