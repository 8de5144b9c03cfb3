/** The devices of a cart as they can be switched, kept up to date, and the order under way. */
import { computed, onScopeDispose, ref, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue';
import type { PowerDevice, PowerRun } from '../../../../contract/staff/power';
import type { PowerOrder } from '../../../../domain/cart/power';
import type { Id } from '../../../../domain/id';
import type { StaffClient } from '../../client';
import { useFailure } from '../../failure';

export function usePower(
  staff: Pick<StaffClient, 'request' | 'on'>,
  cart: MaybeRefOrGetter<Id<'cart'> | undefined>,
) {
  const { guard } = useFailure();
  const devices = shallowRef<readonly PowerDevice[]>([]);
  const run = shallowRef<PowerRun>();
  const loaded = ref(false);
  /** Who works on what was asked: nothing is done until somebody says so again. */
  const working = shallowRef<readonly PowerDevice[]>([]);
  const now = ref(Date.now());
  const ticking = setInterval(() => (now.value = Date.now()), 250);
  onScopeDispose(() => clearInterval(ticking));

  async function refresh(): Promise<void> {
    const wanted = toValue(cart);
    if (!wanted) return;
    const reply = await guard(() => staff.request('power.look', { cart: wanted }));
    if (!reply || wanted !== toValue(cart)) return;
    devices.value = reply.devices;
    run.value = reply.run;
    loaded.value = true;
  }
  staff.on('power.changed', (changed) => {
    if (changed.cart === toValue(cart)) void refresh();
  });
  watch(
    () => toValue(cart),
    () => {
      loaded.value = false;
      working.value = [];
      void refresh();
    },
    { immediate: true },
  );

  return {
    devices,
    run,
    loaded,
    working,
    refresh,
    /** Whole seconds until what waits is done. */
    seconds: computed(() =>
      run.value?.state === 'waiting'
        ? Math.max(0, Math.ceil((Date.parse(run.value.due) - now.value) / 1000))
        : 0,
    ),
    async order(what: PowerOrder, of: readonly Id<'device'>[], despite = false): Promise<void> {
      const wanted = toValue(cart);
      if (!wanted || of.length === 0) return;
      const input = { cart: wanted, devices: [...of], order: what, despite };
      const reply = await guard(() => staff.request('power.run', input));
      if (!reply) return;
      working.value = devices.value.filter(({ device }) => reply.working.includes(device));
      if (reply.run) run.value = reply.run;
    },
    async cancel(): Promise<void> {
      const wanted = toValue(cart);
      if (wanted) await guard(() => staff.request('power.cancel', { cart: wanted }));
    },
  };
}
