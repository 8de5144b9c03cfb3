import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PreauError } from '../../../domain/errors';
import { LineLost } from './line';
import { againAfter, untilTaken } from './again-after';

const busy = (seconds: number) => new PreauError('TRY_LATER', { seconds });

describe('a door that is too busy', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is asked again after the seconds it tells, within a minute whatever it tells', () => {
    expect([busy(3), busy(0), busy(-4), busy(9e9), new PreauError('TRY_LATER')].map(againAfter)).toEqual([
      3_000, 1_000, 1_000, 60_000, 1_000,
    ]);
    expect([new PreauError('FORBIDDEN', { action: 'x' }), new LineLost()].map(againAfter)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('has it once it takes it', async () => {
    const ask = vi.fn(() => Promise.resolve());
    ask.mockRejectedValueOnce(busy(2)).mockRejectedValueOnce(busy(1));
    const taken = untilTaken(ask, () => true);
    await vi.advanceTimersByTimeAsync(1_900);
    expect(ask).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1_200);
    await taken;
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it('is left alone once the word is of no use, and about any other refusal', async () => {
    let still = true;
    const ask = vi.fn(() => Promise.reject(busy(1)));
    const taken = untilTaken(ask, () => still);
    await vi.advanceTimersByTimeAsync(500);
    still = false;
    await vi.advanceTimersByTimeAsync(2_000);
    await taken;
    expect(ask).toHaveBeenCalledTimes(1);
    await expect(
      untilTaken(
        () => Promise.reject(new LineLost()),
        () => true,
      ),
    ).rejects.toBeInstanceOf(LineLost);
  });
});
