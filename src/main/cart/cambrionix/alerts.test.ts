import { describe, expect, it } from 'vitest';
import { alertsOf } from './alerts';
import type { HubHealth } from './replies';

const fine: HubHealth = {
  volts5: 5.1,
  temperature: 31,
  underVoltage: false,
  overVoltage: false,
  overTemperature: false,
  rebooted: true,
};
const limits = { min5: 4.5, max5: 5.58, minInput: 9.59, maxInput: 14.5, temperature: 75 };

describe('what a hub’s measurements mean', () => {
  it('is nothing when all is well, restarted or not', () => {
    expect(alertsOf({ health: fine, limits }, false)).toEqual([]);
    expect(alertsOf({}, false)).toEqual([]);
  });

  it.each([
    [{ underVoltage: true }, ['underVoltage']],
    [{ volts5: 4.4 }, ['underVoltage']],
    [{ voltsInput: 9 }, ['underVoltage']],
    [{ volts5: 5.7 }, ['overVoltage']],
    [{ voltsInput: 15 }, ['overVoltage']],
    [{ temperature: 75.1 }, ['overTemperature']],
    [{ overTemperature: true, underVoltage: true }, ['underVoltage', 'overTemperature']],
  ])('%o', (more, expected) => {
    expect(alertsOf({ health: { ...fine, ...more }, limits }, true)).toEqual(expected);
  });

  it('an error of the hub without a name is said as such', () => {
    expect(alertsOf({ health: fine, limits }, true)).toEqual(['hubError']);
  });
});
