import { onScopeDispose, ref, watch } from 'vue';
import { useStaff } from '../client';
import { useSession } from '../session/session-store';
import { useMasked } from './masked';

/** A cable that is plugged in is seen that soon (ms). */
const LOOK_EVERY = 3_000;

/** What the window itself knows of displays; `isExtended` is Chromium's. */
interface WindowScreen extends Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>> {
  readonly isExtended?: boolean;
}

/** The displays of this computer, and whether a lesson runs: what decides by itself that names are hidden. */
export function useDisplays(): void {
  const staff = useStaff();
  const session = useSession();
  const masked = useMasked();
  const screen: Screen & WindowScreen = window.screen;
  const lesson = ref(false);
  const displays = ref<'one' | 'several' | 'unknown'>();

  async function look(): Promise<void> {
    if (!session.me) return;
    // As it was when the window said so: a cable that is pulled and put back is two changes.
    const { isExtended } = screen;
    const answer = await staff.request('project.displays', {}).catch(() => undefined);
    if (!answer) return;
    if (isExtended || (answer.connected ?? 0) > 1) displays.value = 'several';
    // A copy of this screen on a projector is no second screen to a window: only the system knows its cables.
    else displays.value = answer.connected === undefined ? 'unknown' : 'one';
  }
  async function begin(): Promise<void> {
    masked.forget();
    void look();
    const state = session.me && (await staff.request('classroom.state', {}).catch(() => undefined));
    lesson.value = state?.lesson !== undefined;
  }
  watch(() => session.me?.id, begin, { immediate: true });
  watch(displays, (now, before) => {
    if (before !== undefined) masked.forget();
    if (now === 'several') masked.mask('display');
    else if (masked.why.value === 'display') masked.unmask();
  });
  watch([lesson, displays], () => {
    if (lesson.value && displays.value === 'unknown') masked.mask('unknown');
    else if (!lesson.value && masked.why.value === 'unknown') {
      masked.unmask();
      masked.forget();
    }
  });
  staff.on('classroom.changed', (changed) => (lesson.value = changed.lesson !== undefined));
  const timer = setInterval(() => void look(), LOOK_EVERY);
  const changed = (): void => void look();
  screen.addEventListener?.('change', changed);
  onScopeDispose(() => {
    clearInterval(timer);
    screen.removeEventListener?.('change', changed);
  });
}
