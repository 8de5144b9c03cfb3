/**
 * Pictures a second that are captured at most: what a large view asks for, and a multiple of what a tile does. Each one costs
 * an old computer a copy of its screen.
 */
export const FASTEST = 8;
/** A picture is due when so much of one was saved: a capture has none exactly when one would be due. */
const DUE = 0.6;
/** No more than that is saved while nothing is captured. */
const MOST = 1 + DUE;
/** A screen that tells when it moves is given so much longer before it is taken for still. */
const STILL = 1.2;

/**
 * When the next picture leaves. A picture waits for no clock (it would be old by then): it leaves as it is captured, a little early or a
 * little late, and over any few seconds exactly so many do.
 */
export interface Pace {
  /** Pictures a second, more than 0. */
  ask(perSecond: number, at: number): void;
  /** @param at ms */
  due(at: number): boolean;
  left(at: number): void;
  /**
   * After so many ms a screen that gave nothing new is shown again as it was.
   *
   * @param told a captured picture tells of itself; else nothing leaves but then
   */
  idle(told: boolean): number;
}

export function createPace(): Pace {
  let perMs = 0.001;
  let saved = MOST;
  let since = 0;
  const save = (at: number): void => {
    saved = Math.min(MOST, saved + Math.max(0, at - since) * perMs);
    since = at;
  };
  return {
    ask(perSecond, at) {
      save(at);
      perMs = Math.min(FASTEST, perSecond) / 1_000;
    },
    due(at) {
      save(at);
      return saved >= DUE;
    },
    left(at) {
      save(at);
      // What left because somebody asked counts once: a screen does not stand still for it.
      saved = Math.max(-1, saved - 1);
    },
    idle: (told) => (told ? STILL : 1) / perMs,
  };
}
