import { reactive } from 'vue';
import type { OverlayLines, Shown } from '../../../../contract/pupil/show';

/** Without a picture for so long (ms) nobody shows any more: the poste is gone, or the window there. */
const ENDS_AFTER = 2_000;

export const show = reactive<{ shown: Shown; lines: OverlayLines; fresh: boolean }>({
  shown: { on: false },
  lines: [],
  fresh: false,
});

type Listener = (frame: ArrayBuffer) => void;
let listener: Listener | undefined;
let waiting: ArrayBuffer[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

function live(): void {
  show.fresh = true;
  clearTimeout(timer);
  timer = setTimeout(() => (show.fresh = false), ENDS_AFTER);
}
export function take(shown: Shown): void {
  show.shown = shown;
  if (shown.on || shown.mine) {
    if (shown.on) live();
    return;
  }
  clearTimeout(timer);
  show.fresh = false;
  show.lines = [];
  waiting = [];
}
/** A picture; those that come while the screen for them is being fetched wait for it, from a whole one on. */
export function hear(frame: ArrayBuffer): void {
  if (!show.shown.on) return;
  live();
  if (listener) return listener(frame);
  if ((new DataView(frame).getUint8(1) & 1) === 1) waiting = [];
  if (waiting.length < 20) waiting.push(frame);
}
export function listen(to: Listener): () => void {
  listener = to;
  for (const frame of waiting) to(frame);
  waiting = [];
  return () => {
    if (listener === to) listener = undefined;
  };
}
