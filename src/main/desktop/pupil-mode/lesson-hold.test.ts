import { describe, expect, it } from 'vitest';
import type { Timers } from '../../cart/timers';
import { createLessonHold, SILENCE, type Stance } from './lesson-hold';

function bench() {
  let now = 0;
  let due: { at: number; run: () => void } | undefined;
  const timers: Timers = {
    now: () => now,
    after(ms, run) {
      const mine = { at: now + ms, run };
      due = mine;
      return () => {
        if (due === mine) due = undefined;
      };
    },
  };
  const stood: Stance[] = [];
  let released = 0;
  const hold = createLessonHold({
    timers,
    show: (stance) => stood.push(stance),
    release: () => (released += 1),
  });
  return {
    hold,
    stood,
    released: () => released,
    pass(ms: number) {
      now += ms;
      if (due && due.at <= now) due.run();
    },
  };
}

describe('what a lesson holds of a computer', () => {
  it('is let go 90 s after the last word of the page, and not before', () => {
    const { hold, stood, released, pass } = bench();
    expect(hold.full(true, false)).toBe(true);
    pass(SILENCE - 1);
    hold.alive();
    pass(SILENCE - 1);
    expect(stood).toEqual(['full']);
    pass(1);
    expect(stood).toEqual(['full', 'window']);
    expect(released()).toBe(1);
    hold.alive();
    pass(SILENCE * 2);
    expect(released()).toBe(1);
  });

  it('stands beside an application, over it for attention, and full again without', () => {
    const { hold, stood } = bench();
    hold.full(true, false);
    hold.applications(1);
    hold.full(true, true);
    hold.full(true, false);
    hold.applications(0);
    expect(stood).toEqual(['full', 'beside', 'over', 'beside', 'full']);
  });

  it('is a window after an adult’s code, whatever the page says, until the next lesson', () => {
    const { hold, released } = bench();
    hold.full(true, false);
    hold.leave();
    expect(hold.full(true, true)).toBe(false);
    expect(hold.stance).toBe('window');
    hold.full(false, false);
    expect(released()).toBe(1);
    expect(hold.full(true, false)).toBe(true);
  });

  it('goes with the page, and its limits with it, also where the screen was never full', () => {
    const { hold, stood, released, pass } = bench();
    hold.limited();
    pass(SILENCE);
    expect(released()).toBe(1);
    hold.full(true, false);
    hold.gone();
    expect(stood).toEqual(['full', 'window']);
    expect(released()).toBe(2);
  });
});
