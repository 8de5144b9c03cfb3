/** The Wi-Fi points of one cart, kept up to date, and what a person does with them. */
import { onScopeDispose, ref, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue';
import type { PointOutcome, PointView } from '../../../../contract/staff/wifi-point';
import type { StaffClient } from '../../client';
import { useFailure } from '../../failure';

/** What a person said grows old without any news. ms */
const LOOK_AGAIN_MS = 60_000;

export function useWifiPoints(
  staff: Pick<StaffClient, 'request' | 'on'>,
  cart: MaybeRefOrGetter<PointView['cart'] | undefined>,
) {
  const { guard } = useFailure();
  const points = shallowRef<readonly PointView[]>([]);
  const loaded = ref(false);
  const working = ref(false);
  /** What became of the last gesture, by point. */
  const said = shallowRef<Readonly<Record<string, PointOutcome>>>({});

  async function refresh(): Promise<void> {
    const wanted = toValue(cart);
    const reply = wanted ? await guard(() => staff.request('wifiPoint.state', { cart: wanted })) : undefined;
    if (wanted !== toValue(cart)) return;
    points.value = reply?.points ?? [];
    loaded.value = true;
  }
  staff.on('wifiPoint.changed', (changed) => {
    if (changed.cart === toValue(cart)) void refresh();
  });
  const looking = setInterval(() => {
    if (points.value.length > 0) void refresh();
  }, LOOK_AGAIN_MS);
  onScopeDispose(() => clearInterval(looking));
  watch(
    () => toValue(cart),
    () => {
      loaded.value = false;
      said.value = {};
      void refresh();
    },
    { immediate: true },
  );

  async function gesture(
    point: PointView['id'],
    act: () => Promise<{ result: PointOutcome; state: PointView }>,
  ): Promise<void> {
    working.value = true;
    const done = await guard(act);
    working.value = false;
    if (!done) return;
    said.value = { ...said.value, [point]: done.result };
    points.value = points.value.map((one) => (one.id === point ? done.state : one));
  }
  return {
    points,
    loaded,
    working,
    said,
    on: (point: PointView['id'], use: 'lesson' | 'hand') =>
      gesture(point, () => staff.request('wifiPoint.on', { point, use })),
    off: (point: PointView['id'], anyway = false) =>
      gesture(point, () => staff.request('wifiPoint.off', { point, anyway })),
    saw: (point: PointView['id'], on: boolean) =>
      gesture(point, () => staff.request('wifiPoint.said', { point, on })),
  };
}
