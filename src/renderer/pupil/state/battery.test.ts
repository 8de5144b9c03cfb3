import { afterEach, describe, expect, it, vi } from 'vitest';
import { STALE_AFTER_SECONDS } from '../../../domain/cart/evidence';
import { watchBattery } from './battery';

describe('the battery of a tablet', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('is told at once, with each change, and again before anybody thinks it old', async () => {
    vi.useFakeTimers();
    const battery = Object.assign(new EventTarget(), { level: 0.41, charging: false });
    vi.stubGlobal('navigator', { getBattery: () => Promise.resolve(battery) });
    const told: unknown[] = [];
    const say = await watchBattery((now) => told.push(now));
    expect(told).toEqual([{ percent: 41, charging: false }]);
    battery.charging = true;
    battery.dispatchEvent(new Event('chargingchange'));
    expect(told.at(-1)).toEqual({ percent: 41, charging: true });
    await vi.advanceTimersByTimeAsync((STALE_AFTER_SECONDS.device - 1) * 1000);
    expect(told.length).toBeGreaterThanOrEqual(4);
    say();
    expect(told.at(-1)).toEqual({ percent: 41, charging: true });
  });

  it('is not told where the browser keeps it to itself', async () => {
    vi.stubGlobal('navigator', {});
    const tell = vi.fn();
    (await watchBattery(tell))();
    expect(tell).not.toHaveBeenCalled();
  });
});
