import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeSocket, type FakeSocket } from './fake-socket';
import { keepLine, type LineState } from './keeper';
import type { Line } from './line';
import { COOL_DOWN, retryDelay } from './pace';

function start(onUp: (line: Line) => Promise<void> = () => Promise.resolve()) {
  const sockets: FakeSocket[] = [];
  const states: LineState[] = [];
  const keeper = keepLine({
    open: () => {
      const socket = fakeSocket();
      sockets.push(socket);
      return socket;
    },
    onEvent: vi.fn(),
    onUp,
    onState: (state) => states.push(state),
    random: () => 0.5,
  });
  const last = (): FakeSocket => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket');
    return socket;
  };
  return { keeper, sockets, states, last };
}

describe('keeping the line', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('never waits two seconds between two tries', () => {
    for (let attempt = 0; attempt < 50; attempt += 1)
      for (const spread of [0, 0.5, 0.999]) expect(retryDelay(attempt, spread)).toBeLessThan(2_000);
  });

  it('comes back after a cut and says hello again', async () => {
    const onUp = vi.fn(() => Promise.resolve());
    const { states, last, sockets } = start(onUp);
    last().onopen?.();
    await vi.advanceTimersByTimeAsync(0);
    last().close();
    await vi.advanceTimersByTimeAsync(300);
    expect(sockets).toHaveLength(2);
    last().onopen?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(onUp).toHaveBeenCalledTimes(2);
    expect(states).toEqual(['connecting', 'up', 'lost', 'up']);
  });

  it('gives up a knock that nobody answers', async () => {
    const { sockets } = start();
    await vi.advanceTimersByTimeAsync(6_000);
    expect(sockets.length).toBeGreaterThan(1);
    expect(sockets[0]?.closed).toBe(true);
  });

  it('is not up until the door has been understood', async () => {
    const { states, last } = start(() => Promise.reject(new Error('hello refused')));
    last().onopen?.();
    await vi.advanceTimersByTimeAsync(10);
    expect(states).toEqual(['connecting', 'lost']);
  });

  it('hurries when the network is back, rests when told, and cools down after abuse', async () => {
    const { keeper, last, sockets } = start();
    last().close();
    keeper.hurry();
    expect(sockets).toHaveLength(2);
    last().onopen?.();
    await vi.advanceTimersByTimeAsync(0);
    keeper.coolDown();
    await vi.advanceTimersByTimeAsync(COOL_DOWN - 100);
    expect(sockets).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(100);
    expect(sockets).toHaveLength(3);
    last().onopen?.();
    await vi.advanceTimersByTimeAsync(0);
    keeper.rest();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(3);
    keeper.hurry();
    expect(sockets).toHaveLength(4);
  });
});
