import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPace, FASTEST } from './pace';

/** What leaves when pictures are captured at these moments (ms). */
function leaving(perSecond: number, captured: readonly number[]): number[] {
  const pace = createPace();
  pace.ask(perSecond, 0);
  return captured.filter((at) => {
    if (!pace.due(at)) return false;
    pace.left(at);
    return true;
  });
}
const every = (ms: number, until: number): number[] =>
  Array.from({ length: Math.floor(until / ms) }, (_, n) => (n + 1) * ms);

describe('the pace of a screen', () => {
  it('is what was asked, whatever the capture’s own, as long as that is as fast', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: FASTEST }), fc.integer({ min: 30, max: 1_000 }), (rate, grid) => {
        fc.pre(grid <= 1_000 / rate);
        const left = leaving(rate, every(grid, 60_000)).length / 60;
        expect(left).toBeGreaterThan(rate * 0.97);
        expect(left).toBeLessThanOrEqual(rate + 0.05);
      }),
    );
  });
  it('is never passed by more than one picture over any time, however the captures come', () => {
    const waits = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: FASTEST }), waits, (rate, gaps) => {
        let at = 0;
        const left = leaving(
          rate,
          gaps.map((gap) => (at += gap)),
        );
        for (let from = 0; from < left.length; from += 1)
          for (let to = from; to < left.length; to += 1) {
            const ms = (left[to] ?? 0) - (left[from] ?? 0);
            expect(to - from + 1).toBeLessThanOrEqual((ms * rate) / 1_000 + 2);
          }
      }),
    );
  });
  it('shows a still screen again a little later than a moving one, and at the pace where nothing tells', () => {
    const pace = createPace();
    pace.ask(4, 0);
    expect([pace.idle(true), pace.idle(false)]).toEqual([300, 250]);
  });
});
