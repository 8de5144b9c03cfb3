import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showShare } from './show-share';

describe('one screen on many devices', () => {
  it('leaves the wall its part of the ceiling, however many look', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 500, max: 9_000 }),
        (devices, ceiling) => {
          const { reserved, kbit, perSecond } = showShare(devices, ceiling);
          expect(reserved).toBeLessThanOrEqual(ceiling * 0.7);
          expect(kbit).toBeGreaterThan(0);
          expect(perSecond).toBeGreaterThan(0);
        },
      ),
    );
  });
  it('is sharper for few', () => {
    expect(showShare(2, 3_000)).toMatchObject({ width: 1280, kbit: 800 });
    expect(showShare(28, 3_000)).toMatchObject({ width: 640, kbit: 75, perSecond: 4 });
  });
});
