import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBattery } from './battery';

describe('dumpsys battery', () => {
  it('reads level, state, power and temperature', () => {
    const text =
      'Current Battery Service state:\n  AC powered: false\n  USB powered: true\n  status: 2\n  level: 42\n  scale: 100\n  voltage: 3911\n  temperature: 312\n';
    expect(parseBattery(text)).toEqual({
      percent: 42,
      state: 'charging',
      powered: true,
      health: 'unknown',
      celsius: 31.2,
    });
  });

  it('says nothing rather than something wrong', () => {
    expect(parseBattery("Can't find service: battery")).toBeUndefined();
    expect(parseBattery('level: 400\nscale: 100')).toBeUndefined();
    expect(parseBattery('level: 4\nscale: 0')).toBeUndefined();
  });

  it('keeps any level between 0 and 100', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer(), (noise, level) => {
        const read = parseBattery(`${noise}\n  level: ${String(level)}\n  scale: 100\n`);
        if (read) expect(read.percent >= 0 && read.percent <= 100).toBe(true);
      }),
    );
  });
});
