import type { Activity } from '../../../contract/pupil/lesson';

/** At most one report in that time, unless the page is left (ms). */
export const PACE = 1_500;
/** Said again when nothing changed: the door knows the device is alive, the device that the door is (ms). */
const PULSE = 10_000;

export interface Reporter {
  /** What the app shows now; sent at once when it is left or found again, else at a calm pace. */
  tell(activity: Activity): void;
  /** A new line: everything is said again. */
  restart(): void;
}

/** Tells the door what is on this screen, so that the teacher sees a tile where no picture can be had. */
export function createReporter(send: (activity: Activity) => void): Reporter {
  let now: Activity | undefined;
  let sent: Activity | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = -Infinity;

  const out = (): void => {
    clearTimeout(timer);
    timer = setTimeout(out, PULSE);
    if (!now) return;
    sent = now;
    last = performance.now();
    send(now);
  };
  const plan = (): void => {
    const wait = last + PACE - performance.now();
    clearTimeout(timer);
    if (wait <= 0) out();
    else timer = setTimeout(out, wait);
  };
  return {
    tell(activity) {
      if (JSON.stringify(activity) === JSON.stringify(now)) return;
      now = activity;
      if (sent?.visible !== activity.visible) out();
      else plan();
    },
    restart() {
      sent = undefined;
      if (now) out();
    },
  };
}
