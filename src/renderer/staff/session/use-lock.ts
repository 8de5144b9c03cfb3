import { ref } from 'vue';
import { useStaff } from '../client';
import { useFailure } from '../failure';
import { useSession } from './session-store';

/** A gesture is told to the host this often at the most, in milliseconds: idleness is counted in minutes. */
const TELL_MS = 20_000;
/** The question for a code of the day, asked once from wherever one locks. */
const choosing = ref(false);

/** Locking one's screen, and saying that somebody is there. */
export function useLock() {
  const staff = useStaff();
  const session = useSession();
  const { guard } = useFailure();
  let told = 0;

  async function lock(choose?: { pin: string; password: string }): Promise<void> {
    session.accept(await staff.request('session.lock', choose ? { choose } : {}));
    choosing.value = false;
  }
  return {
    choosing,
    lock,
    /** Ctrl+L, or the menu: at once where a code was chosen today, else one is asked first. */
    async ask(): Promise<void> {
      const screen = session.state?.screen;
      if (!screen || screen.locked) return;
      if (screen.pin) await guard(() => lock());
      else choosing.value = true;
    },
    gesture(): void {
      const screen = session.state?.screen;
      if (!screen || screen.locked || Date.now() - told < TELL_MS) return;
      told = Date.now();
      // Heard by nobody is no failure: the next gesture says it again.
      void staff.request('session.active', {}).catch(() => undefined);
    },
  };
}
