/** The panel of one cart, kept up to date: asked again at each change, and every few seconds so that ages stay true. */
import { onScopeDispose, ref, shallowRef, toValue, watch } from 'vue';
import type { MaybeRefOrGetter } from 'vue';
import type { CartPanelView } from '../../../contract/staff/cart';
import type { StaffClient } from '../client';

type CartId = CartPanelView['cart']['id'];

/** Without news from the host the panel is asked again, so that what grew old is shown old. */
export const REFRESH_MS = 5_000;
const TICK_MS = 1_000;

export function useCartPanel(staff: Pick<StaffClient, 'request' | 'on'>, cart: MaybeRefOrGetter<CartId>) {
  const panel = shallowRef<CartPanelView>();
  /** Why the last request failed; the panel shown is then the one before. */
  const failure = shallowRef<unknown>();
  /** Seconds since the panel was derived: added to every age. */
  const elapsed = ref(0);
  let received = 0;
  let asking = false;
  let again = false;

  async function refresh(): Promise<void> {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    const wanted = toValue(cart);
    try {
      const reply = await staff.request('cart.panel', { cart: wanted });
      if (wanted === toValue(cart)) {
        panel.value = reply;
        failure.value = undefined;
        received = performance.now();
        elapsed.value = 0;
      }
    } catch (error) {
      failure.value = error;
    } finally {
      asking = false;
    }
    if (again) {
      again = false;
      await refresh();
    }
  }

  const endOfEvents = staff.on('cart.changed', (changed) => {
    if (changed.cart === toValue(cart)) void refresh();
  });
  const ticking = setInterval(() => {
    elapsed.value = received === 0 ? 0 : (performance.now() - received) / 1000;
    if (elapsed.value * 1000 >= REFRESH_MS) void refresh();
  }, TICK_MS);
  onScopeDispose(() => {
    endOfEvents();
    clearInterval(ticking);
  });
  watch(
    () => toValue(cart),
    () => {
      panel.value = undefined;
      void refresh();
    },
    { immediate: true },
  );

  return { panel, failure, elapsed, refresh };
}
