import type { Timers } from '../../cart/timers';

/** Without a word of the page for so long, everything comes off, ms. */
export const SILENCE = 90_000;

/** How the window stands. `application`: an application of the lesson is open, and one goes from one to the other. */
export type Stance = 'window' | 'beside' | 'full' | 'over';

export interface LessonHold {
  readonly stance: Stance;
  /** The page's word, each time it is said. @returns whether the screen is full now */
  full(on: boolean, over: boolean): boolean;
  /** An adult's code: a window until the lesson ends. */
  leave(): void;
  alive(): void;
  /** A lesson has set its limits here, whether or not the screen is full. */
  limited(): void;
  /** Applications open now. */
  applications(open: number): void;
  /** The page has gone: closed, crashed, or another one. */
  gone(): void;
}

/**
 * What a lesson holds of this computer, in memory only: full screen, and by `release` its limits. Nothing of it outlives
 * the lesson, the page, or 90 s of silence.
 */
export function createLessonHold(options: {
  readonly timers: Timers;
  show(stance: Stance): void;
  /** The lesson is over here: limits come off. */
  release(): void;
}): LessonHold {
  const { timers } = options;
  const said = { on: false, over: false, left: false, applications: 0 };
  let stance: Stance = 'window';
  let cancel: (() => void) | undefined;

  function settle(): void {
    const now = stanceOf(said);
    if (now === stance) return;
    stance = now;
    options.show(now);
  }
  function watch(): void {
    cancel?.();
    cancel = timers.after(SILENCE, off);
  }
  function off(): void {
    cancel?.();
    cancel = undefined;
    Object.assign(said, { on: false, over: false, left: false });
    settle();
    options.release();
  }
  return {
    get stance() {
      return stance;
    },
    full(on, over) {
      if (!on) {
        if (cancel) off();
        return false;
      }
      Object.assign(said, { on, over });
      watch();
      settle();
      return stance !== 'window';
    },
    leave() {
      said.left = true;
      settle();
    },
    alive: () => cancel && watch(),
    limited: watch,
    applications(open) {
      said.applications = open;
      settle();
    },
    gone: off,
  };
}

function stanceOf(said: { on: boolean; over: boolean; left: boolean; applications: number }): Stance {
  if (!said.on || said.left) return 'window';
  if (said.over) return 'over';
  return said.applications > 0 ? 'beside' : 'full';
}
