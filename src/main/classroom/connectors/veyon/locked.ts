/** Levels of grey that two looks at the same still place may differ by. */
const SAME = 10;

/**
 * Whether a screen shows a lock and not what it showed before: one colour almost everywhere where there was more than one, or
 * another picture altogether. Where one cannot tell (the pupil's own screen was as empty) it says no.
 * @param before and `now`: greys of the same places, as `marks` gives them
 */
export function looksLocked(before: Uint8Array, now: Uint8Array): boolean {
  const changed = moved(before, now);
  if (changed > 0.9) return true;
  return changed > 0.05 && evenness(now) > 0.85 && evenness(before) < evenness(now) - 0.05;
}

/** Share of places that are not as before. */
export const moved = (before: Uint8Array, now: Uint8Array): number =>
  now.filter((grey, at) => Math.abs(grey - (before[at] ?? 0)) > SAME).length / now.length;

/** Share of places that are of the commonest grey. */
function evenness(marks: Uint8Array): number {
  const middle = [...marks].sort((a, b) => a - b)[marks.length >> 1] ?? 0;
  return marks.filter((grey) => Math.abs(grey - middle) <= SAME).length / marks.length;
}
