import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lockStrip, MAX_LOCK_CODE, readLockCode, STRIP_BLOCKS } from './attention-code';

const codes = fc.integer({ min: 0, max: MAX_LOCK_CODE });

/** A screen with the strip in it, as an encoder leaves it: blurred over one pixel, and with noise. */
function picture(
  code: number,
  size: { width: number; height: number; left?: number; bottom?: number; wide?: number },
  noise: (at: number) => number = () => 0,
): Uint8ClampedArray {
  const { width, height, left = 0, bottom = 0, wide = width } = size;
  const pixels = new Uint8ClampedArray(width * height * 4).fill(45);
  const strip = lockStrip(code);
  const high = Math.max(3, Math.round(height * 0.05));
  for (let y = height - bottom - high; y < height - bottom; y += 1)
    for (let x = 0; x < wide; x += 1) {
      const value = (at: number): number =>
        strip[Math.min(STRIP_BLOCKS - 1, Math.max(0, Math.floor((at * STRIP_BLOCKS) / wide)))] ? 235 : 25;
      const level = (value(x - 0.5) + value(x) + value(x + 0.5)) / 3 + noise(x + y);
      pixels.fill(level, (y * width + left + x) * 4, (y * width + left + x) * 4 + 3);
    }
  return pixels;
}

describe('the code of a lock in a picture', () => {
  it('is read at every width a tile may have, and with an encoder’s noise', () => {
    fc.assert(
      fc.property(
        codes,
        fc.integer({ min: 140, max: 1920 }),
        fc.integer({ min: 1, max: 9999 }),
        (code, width, seed) => {
          const height = Math.round((width * 9) / 16);
          const noise = (at: number): number => (((at + seed) * 7919) % 41) - 20;
          expect(readLockCode(picture(code, { width, height }, noise), width, height)).toBe(code);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is read in a window that leaves room for the browser’s bars and a neighbour window', () => {
    fc.assert(
      fc.property(codes, (code) => {
        const size = { width: 480, height: 270, left: 60, wide: 360, bottom: 20 };
        expect(readLockCode(picture(code, size), 480, 270)).toBe(code);
      }),
      { numRuns: 30 },
    );
  });

  it('is not believed below a page that is not dark: a strip painted under a game or a text', () => {
    fc.assert(
      fc.property(codes, fc.integer({ min: 120, max: 255 }), (code, light) => {
        const [width, height] = [480, 270];
        const pixels = picture(code, { width, height });
        expect(readLockCode(pixels, width, height)).toBe(code);
        // A page over two thirds of what stands above the strip.
        for (let y = 0; y < 250; y += 1)
          pixels.fill(light, y * width * 4, (y * width + Math.round((width * 2) / 3)) * 4);
        expect(readLockCode(pixels, width, height)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it('is not found in any other picture', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64 * 8 * 4, maxLength: 64 * 8 * 4 }), (noise) => {
        expect(readLockCode(noise, 64, 8)).toBeUndefined();
      }),
    );
    const white = new Uint8ClampedArray(160 * 90 * 4).fill(255);
    expect(readLockCode(white, 160, 90)).toBeUndefined();
    expect(readLockCode(new Uint8ClampedArray(160 * 90 * 4), 160, 90)).toBeUndefined();
  });

  it('one block read wrong is no code', () => {
    fc.assert(
      fc.property(codes, fc.integer({ min: 2, max: STRIP_BLOCKS - 3 }), (code, wrong) => {
        const width = STRIP_BLOCKS * 8;
        const pixels = picture(code, { width, height: 40 });
        for (let y = 0; y < 40; y += 1)
          for (let x = wrong * 8; x < wrong * 8 + 8; x += 1)
            pixels.fill(lockStrip(code)[wrong] ? 20 : 240, (y * width + x) * 4, (y * width + x) * 4 + 3);
        expect(readLockCode(pixels, width, 40)).toBeUndefined();
      }),
    );
  });
});
