import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareOut } from './bandwidth';

describe('the ceiling of the wall', () => {
  it('is never passed, however many tiles and windows', () => {
    const tile = fc.record({ width: fc.integer({ min: 80, max: 1920 }) });
    fc.assert(
      fc.property(
        fc.array(tile, { maxLength: 45 }),
        fc.integer({ min: 500, max: 9000 }),
        (tiles, ceiling) => {
          const wanted = tiles.map(({ width }, n) => ({ seat: `visitor-${n + 1}` as const, width }));
          const total = [...shareOut(wanted, ceiling).values()].reduce((sum, one) => sum + one.kbit, 0);
          expect(total).toBeLessThanOrEqual(ceiling);
        },
      ),
    );
  });

  it('gives the large view more pictures and more of the line', () => {
    const shares = shareOut(
      [
        { seat: 'visitor-1', width: 220 },
        { seat: 'visitor-2', width: 1000 },
      ],
      3000,
    );
    expect(shares.get('visitor-1')).toEqual({ width: 456, perSecond: 4, kbit: 100 });
    expect(shares.get('visitor-2')).toEqual({ width: 1280, perSecond: 8, kbit: 1200 });
  });
});
