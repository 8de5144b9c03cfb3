import { describe, expect, it } from 'vitest';
import { SnapshotKeeper } from './keeper';
import type { News, SourceSnapshot } from './port';

function bench() {
  let now = Date.parse('2026-11-20T07:00:00.000Z');
  const news: News[] = [];
  const keeper = new SnapshotKeeper(
    'hub',
    { now: () => now, after: () => () => undefined },
    (_snapshot: SourceSnapshot, what) => news.push(what),
    'perPort',
  );
  return {
    keeper,
    news,
    tick: (ms: number) => {
      now += ms;
    },
  };
}
const charging = (port: number, currentMa: number) => ({
  port,
  value: { power: 'charging', currentMa, portOff: false } as const,
});

describe('the snapshot a driver keeps', () => {
  it('tells what a glance shows from numbers alone', () => {
    const { keeper, news } = bench();
    keeper.heard([charging(1, 900)]);
    keeper.heard([charging(1, 880)]);
    keeper.heard([{ port: 1, value: { power: 'full', currentMa: 40, portOff: false } }]);
    keeper.heard([{ port: 1, value: { power: 'full', currentMa: 40, portOff: false } }], {
      alerts: ['overTemperature'],
    });
    keeper.heard([{ port: 1, value: { power: 'full', currentMa: 40, portOff: false } }], {
      alerts: ['overTemperature'],
    });
    expect(news).toEqual(['seen', 'measured', 'seen', 'seen', 'measured']);
  });

  it('a status is said once, and keeps the instant at which it was entered', () => {
    const { keeper, news, tick } = bench();
    keeper.enter('lost', 'ENOENT');
    const { since } = keeper.snapshot;
    tick(5_000);
    keeper.enter('lost', 'ENOENT');
    expect(keeper.snapshot.since).toBe(since);
    keeper.enter('lost', 'EBUSY');
    expect(keeper.snapshot.since).not.toBe(since);
    expect(news).toEqual(['seen', 'seen']);
  });

  it('a port that is not named keeps its instant; who hangs on it is seen', () => {
    const { keeper, news, tick } = bench();
    keeper.heard([charging(2, 900), charging(1, 900)]);
    const before = keeper.snapshot.ports;
    expect(before.map(({ port }) => port)).toEqual([1, 2]);
    tick(2_000);
    keeper.heard([{ ...charging(2, 900), device: { vendorId: 1, productId: 2, serial: 'A' } }]);
    expect(keeper.snapshot.ports[0]?.reading.at).toBe(before[0]?.reading.at);
    expect(keeper.snapshot.ports[1]?.device?.serial).toBe('A');
    expect(news).toEqual(['seen', 'seen']);
    keeper.heard([charging(2, 900)]);
    expect(keeper.snapshot.ports[1]?.device).toBeUndefined();
    expect(news.at(-1)).toBe('seen');
  });
});
