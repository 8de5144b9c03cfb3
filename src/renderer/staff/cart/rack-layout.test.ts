import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitRack, rackLayout } from './rack-layout';

/** Room for slots at 1366 × 768: beside the menu, below the headline. */
const [WIDTH, HEIGHT] = [1050, 440] as const;

describe('the places on the screen', () => {
  it.each([
    [1, 1],
    [3, 3],
    [10, 5],
    [12, 6],
    [15, 8],
    [30, 10],
  ])('%i places stand %i a row at 1366 × 768, all of them seen', (count, columns) => {
    const layout = rackLayout(count, WIDTH, HEIGHT);
    expect(layout.columns).toBe(columns);
    const rows = Math.ceil(count / columns);
    expect(rows * layout.height + (rows - 1) * 8).toBeLessThanOrEqual(HEIGHT);
  });

  it('keeps words readable in a narrow window, whatever has to be scrolled', () => {
    expect(rackLayout(30, 640, 300).columns).toBe(6);
    expect(rackLayout(15, 320, 200, { scale: 1 }).columns).toBe(3);
  });

  it('do not move when a sentence comes above them', () => {
    const [before, after] = [fitRack(15, WIDTH, 440, 768), fitRack(15, WIDTH, 340, 768)];
    expect(after.columns).toBe(before.columns);
    expect(after.height).toBeLessThan(before.height);
  });

  it('never narrower than a word, never fewer slots than places', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 120, max: 2_000 }),
        fc.integer({ min: 50, max: 1_400 }),
        (count, width, height) => {
          const { columns, height: slot } = rackLayout(count, width, height);
          expect(columns).toBeGreaterThanOrEqual(1);
          expect(columns).toBeLessThanOrEqual(count);
          if (columns > 1) expect((width - 8 * (columns - 1)) / columns).toBeGreaterThanOrEqual(96);
          expect(slot).toBeGreaterThanOrEqual(120);
        },
      ),
    );
  });
});
