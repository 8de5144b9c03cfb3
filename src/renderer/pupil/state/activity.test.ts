import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Activity } from '../../../contract/pupil/lesson';
import { createReporter } from './activity';

const at = (strokes: number, visible = true): Activity => ({ screen: 'item', strokes, visible });

describe('telling what is on the screen', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is calm while a child draws, and the last word is the true one', () => {
    const send = vi.fn();
    const reporter = createReporter(send);
    for (let strokes = 0; strokes < 100; strokes += 1) {
      reporter.tell(at(strokes));
      vi.advanceTimersByTime(20);
    }
    vi.advanceTimersByTime(1_000);
    expect(send.mock.calls.length).toBeLessThanOrEqual(5);
    expect(send).toHaveBeenLastCalledWith(at(99));
  });

  it('says at once that the page was left, and that it is back', () => {
    const send = vi.fn();
    const reporter = createReporter(send);
    reporter.tell(at(1));
    reporter.tell(at(1, false));
    reporter.tell(at(1, true));
    expect(send.mock.calls.map(([activity]) => (activity as Activity).visible)).toEqual([true, false, true]);
  });

  it('says the same twice only as a pulse, or on a new line', () => {
    const send = vi.fn();
    const reporter = createReporter(send);
    reporter.tell(at(1));
    reporter.tell(at(1));
    expect(send).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(10_000);
    expect(send).toHaveBeenCalledTimes(2);
    reporter.restart();
    expect(send).toHaveBeenCalledTimes(3);
  });
});
