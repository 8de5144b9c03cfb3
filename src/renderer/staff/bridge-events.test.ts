import { describe, expect, it } from 'vitest';
import type { EventMessage } from '../../contract/bridge';
import { createBridgeEvents } from './bridge-events';

function bench() {
  let crossings = 0;
  let parsed = 0;
  const carried: ((message: EventMessage) => void)[] = [];
  const events = createBridgeEvents(
    {
      subscribe(listener) {
        crossings += 1;
        carried.push(listener);
        return () => undefined;
      },
    },
    ({ name, payload }) => {
      parsed += 1;
      return name === 'unknown' ? undefined : { payload };
    },
  );
  return {
    events,
    crossings: () => crossings,
    parsed: () => parsed,
    tell: (name: string, payload: unknown) => carried.forEach((listener) => listener({ name, payload })),
  };
}

describe('the host’s events in a window', () => {
  it('cross the bridge once, whoever listens, comes and goes; nothing is asked before somebody listens', () => {
    const { events, crossings, parsed, tell } = bench();
    expect(crossings()).toBe(0);
    const heard: string[] = [];
    const ends = Array.from({ length: 200 }, (_, n) => events.on('lesson', () => heard.push(`${n}`)));
    tell('lesson', {});
    expect([crossings(), parsed(), heard.length]).toEqual([1, 1, 200]);
    for (const end of ends) end();
    tell('lesson', {});
    tell('other', {});
    expect([crossings(), parsed(), heard.length]).toEqual([1, 1, 200]);
    events.on('lesson', () => heard.push('again'));
    tell('lesson', {});
    expect(crossings()).toBe(1);
    expect(heard.at(-1)).toBe('again');
  });
  it('reach the others when one fails, and nobody who ended meanwhile', () => {
    const { events, tell } = bench();
    const heard: string[] = [];
    events.on('lesson', () => {
      throw new Error('broken');
    });
    const end = events.on('lesson', () => heard.push('ended'));
    events.on('lesson', () => heard.push('told'));
    events.on('stop', () => end());
    tell('stop', {});
    expect(() => tell('lesson', {})).toThrow('lesson');
    expect(heard).toEqual(['told']);
  });
  it('that the contract does not know reach nobody', () => {
    const { events, tell } = bench();
    events.on('unknown', () => expect.unreachable());
    tell('unknown', {});
  });
});
