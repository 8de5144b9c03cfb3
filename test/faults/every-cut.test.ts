import { describe, expect, it } from 'vitest';
import { cutEverywhere, everyOffset, someOffsets, type Direction } from './http-cuts';
import { randomFrom } from './simulation/random';

/** The bench `sync-faults` cuts at every byte and at 200 places; here some are enough to see a mistake. */
const STEP = 16;
const PLACES = 50;

describe.each<Direction>(['push', 'pull'])('a %s over real HTTP', (direction) => {
  it('of 4 kB is worth every whole parcel wherever it is cut', async () => {
    const { total, cut, tried, wrong } = await cutEverywhere(direction, 'small', everyOffset(STEP));
    expect(total).toBeGreaterThan(4000);
    expect(cut).toBeGreaterThan(tried * 0.9);
    expect(wrong).toEqual([]);
  }, 300_000);

  it('of 100 kB likewise, at seeded places', async () => {
    const { next } = randomFrom(20261122);
    const { total, cut, wrong } = await cutEverywhere(direction, 'large', someOffsets(PLACES, next));
    expect(total).toBeGreaterThan(100_000);
    expect(cut).toBeGreaterThan(PLACES * 0.9);
    expect(wrong).toEqual([]);
  }, 300_000);
});
