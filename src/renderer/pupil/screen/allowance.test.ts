import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAllowance } from './allowance';

describe('the share of a screen', () => {
  it('is never passed by more than what was saved and one picture', () => {
    const picture = fc.record({
      wait: fc.integer({ min: 0, max: 2_000 }),
      bytes: fc.integer({ min: 20, max: 40_000 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 1_200 }),
        fc.array(picture, { maxLength: 200 }),
        (kbit, pictures) => {
          const allowance = createAllowance();
          allowance.share(kbit, 0);
          let now = 0;
          let left = 0;
          let largest = 0;
          for (const { wait, bytes } of pictures) {
            now += wait;
            if (!allowance.mayLeave(now)) continue;
            allowance.left(bytes, now);
            left += bytes;
            largest = Math.max(largest, bytes);
          }
          expect(left).toBeLessThanOrEqual((kbit / 8) * (now + 2_000) + largest);
        },
      ),
    );
  });
  it('comes back while nothing leaves', () => {
    const allowance = createAllowance();
    allowance.share(80, 0);
    allowance.left(30_000, 0);
    expect(allowance.mayLeave(900)).toBe(false);
    expect(allowance.mayLeave(1_100)).toBe(true);
  });
});
