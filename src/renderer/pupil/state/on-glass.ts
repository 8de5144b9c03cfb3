import { nextTick, onBeforeUnmount, onMounted, watch } from 'vue';
import type { Line } from '../net/line';
import type { Session } from './session';

/**
 * Tells the door that this screen is on the glass: two frames after it changed, again when the line or the page is back. A
 * hidden page never gets there, and then nothing is said. @returns how to say it anew
 */
export function tellOnGlass(session: Session, tell: (line: Line) => Promise<unknown>): () => void {
  let here = false;
  const report = (): void =>
    void nextTick(() =>
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          if (here && document.visibilityState === 'visible') session.tell(tell);
        }),
      ),
    );
  watch(
    () => session.state.line,
    (line) => line === 'up' && report(),
  );
  onMounted(() => {
    here = true;
    document.addEventListener('visibilitychange', report);
    report();
  });
  onBeforeUnmount(() => {
    here = false;
    document.removeEventListener('visibilitychange', report);
  });
  return report;
}
