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

  it('has no temperature where no sensor is, and knows a cold one', () => {
    const at = (tenths: string) => parseBattery(`  level: 42\n  temperature: ${tenths}\n`)?.celsius;
    expect(['0', '-1', '', 'unknown', '2147483647'].map(at)).toEqual(Array(5).fill(undefined));
    expect(at('-52')).toBe(-5.2);
  });

  it('reads what old and makers’ Androids write: no scale, more fields, other blanks', () => {
    expect(
      parseBattery('Current Battery Service state:\r\n\tAC powered: true\r\n\tlevel: 7\r\n\tmOnline: 1\r\n'),
    ).toMatchObject({ percent: 7, powered: true, state: 'unknown' });
  });

  it('says nothing rather than something wrong', () => {
    expect(
      parseBattery(
        "Current Battery Service state:\n  (UPDATES STOPPED -- use 'reset' to restart)\n  level: 100\n  scale: 100\n",
      ),
    ).toBeUndefined();
    expect(parseBattery('  present: false\n  level: 50\n  scale: 100\n')).toBeUndefined();
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
