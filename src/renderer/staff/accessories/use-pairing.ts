import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import type { ReplyOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import type { NearbyView } from '../../../contract/staff/accessories';
import { useStaff } from '../client';
import { useFailure } from '../failure';

export type Nearby = ReplyOf<StaffContract, 'accessories.nearby'>;
/** Asked again this often while the wizard looks; the host stops looking half a minute after the last question. */
const LOOK_EVERY_MS = 4_000;

/** What this computer sees, as long as somebody looks. */
export function useNearby() {
  const staff = useStaff();
  const { sentence } = useFailure();
  const nearby = shallowRef<Nearby>();
  const failure = ref('');
  /** Bluetooth is switched on by a person who wants it: the radio is not used before. */
  const bluetooth = ref(false);
  let timer: ReturnType<typeof setInterval> | undefined;
  let asking = false;

  async function look(): Promise<void> {
    if (asking) return;
    asking = true;
    try {
      nearby.value = await staff.request('accessories.nearby', { bluetooth: bluetooth.value });
      failure.value = '';
    } catch (error) {
      failure.value = sentence(error);
    } finally {
      asking = false;
    }
  }
  function begin(): void {
    stop();
    void look();
    timer = setInterval(() => void look(), LOOK_EVERY_MS);
  }
  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }
  staff.on('accessories.nearby', () => {
    if (timer !== undefined) void look();
  });
  onScopeDispose(stop);
  return {
    nearby,
    failure,
    bluetooth,
    begin,
    stop,
    withBluetooth: () => {
      bluetooth.value = true;
      void look();
    },
    /** What the inventory does not know stands after what it knows. */
    things: computed(() =>
      [...(nearby.value?.things ?? [])].sort((a, b) => Number(known(b)) - Number(known(a))),
    ),
  };
}

const known = (thing: NearbyView): boolean => thing.accessory !== undefined || thing.maybe.length > 0;
