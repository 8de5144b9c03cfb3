import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLine } from './line';
import type { Cause } from './port';
import type { RfbSession } from './rfb/session';

/** A computer that answers the door, and hangs up after `held` ms. */
function hangsUp(held: () => number) {
  const at: number[] = [];
  const line = createLine({
    clock: () => Date.now(),
    open: () => {
      at.push(performance.now());
      const ended = new Promise<Cause>((resolve) => setTimeout(() => resolve('cut'), held()));
      const session: RfbSession = {
        name: 'pc',
        watch: () => undefined,
        marks: () => Promise.resolve(new Uint8Array()),
        send: () => undefined,
        input: () => undefined,
        ping: () => Promise.resolve(),
        close: () => undefined,
        ended,
      };
      return Promise.resolve(session);
    },
    here: () => undefined,
    gone: () => undefined,
  });
  const waits = () => at.slice(1).map((one, n) => Math.round(one - (at[n] ?? 0) - held()));
  return { line, waits };
}

describe('the line to a device', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('waits longer each time for a computer that lets us in and hangs up', async () => {
    const { line, waits } = hangsUp(() => 100);
    line.keep();
    await vi.advanceTimersByTimeAsync(35_000);
    line.close();
    expect(waits()).toEqual([500, 1_000, 2_000, 5_000, 10_000, 10_000]);
  });

  it('comes back soon to one that was well', async () => {
    const { line, waits } = hangsUp(() => 6_000);
    line.keep();
    await vi.advanceTimersByTimeAsync(30_000);
    line.close();
    expect(waits()).toEqual([500, 500, 500, 500]);
  });

  it('is tried no more once it is closed', async () => {
    const { line, waits } = hangsUp(() => 100);
    line.keep();
    await vi.advanceTimersByTimeAsync(1_000);
    line.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(waits()).toEqual([500]);
  });
});
