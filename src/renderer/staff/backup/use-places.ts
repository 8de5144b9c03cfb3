import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { Place } from '../../../contract/staff/backup';
import { useStaff } from '../client';

/** How often the computer is asked for keys while somebody plugs one in, ms. */
const LOOK_AGAIN_MS = 2_000;

/** Keys that are plugged in, and the folder that was chosen: one of them, or a path typed by hand. */
export function usePlaces(subject: 'backup' | 'restore'): {
  places: ShallowRef<readonly Place[]>;
  folder: Ref<string>;
  byHand: Ref<boolean>;
} {
  const staff = useStaff();
  const places = shallowRef<readonly Place[]>([]);
  const folder = ref('');
  const byHand = ref(false);
  async function look(): Promise<void> {
    const found = await staff.request(`${subject}.places`, {}).catch(() => ({ places: [] }));
    places.value = found.places;
    const [first] = found.places;
    if (!byHand.value && !found.places.some((place) => place.folder === folder.value))
      folder.value = first?.folder ?? '';
  }
  void look();
  const timer = setInterval(() => void look(), LOOK_AGAIN_MS);
  onScopeDispose(() => clearInterval(timer));
  return { places, folder, byHand };
}
