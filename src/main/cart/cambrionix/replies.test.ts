import { describe, expect, it } from 'vitest';
import { parseError, parseHealth, parseIdentity, parseLimits, parseSystem } from './replies';

describe('errors', () => {
  it('are read whatever their number, since 420 and 422 are in no manual', () => {
    expect(parseError('*E422: Mode change refused')).toEqual({
      code: 422,
      fatal: false,
      text: 'Mode change refused',
    });
    expect(parseError('*E400')).toEqual({ code: 400, fatal: false, text: '' });
    expect(parseError('*FATAL ERROR E203: Unknown port')).toMatchObject({ code: 203, fatal: true });
    expect(parseError('*e410: invalid port')).toMatchObject({ code: 410 });
    expect(parseError('5, 1044, A C, 1, 5, x, 0.01')).toBeUndefined();
    expect(parseError('E400')).toBeUndefined();
  });
});

describe('id', () => {
  it('chooses the row format', () => {
    const line = 'mfr:cambrionix,mode:main,hw:PP15S,hwid:0x13,fw:1.83,bl:0.12,sn:000000,group:-,fc:un';
    expect(parseIdentity([line])).toEqual({
      hardware: 'PP15S',
      firmware: '1.83',
      serial: '000000',
      boot: false,
      format: 'un',
    });
    expect(parseIdentity([line.replace('fc:un', 'fc:ps')])?.format).toBe('ps');
    expect(parseIdentity([line.replace('fc:un', 'FC: SM')])?.format).toBe('sm');
    expect(parseIdentity([line.replace(',fc:un', '')])).not.toHaveProperty('format');
  });

  it('reads the other spelling of the serial number, and boot mode', () => {
    expect(parseIdentity(['mfr:cambrionix, mode:boot, hw:PP8S, s-n:DB00A1'])).toMatchObject({
      serial: 'DB00A1',
      boot: true,
    });
    expect(parseIdentity(['*E400'])).toBeUndefined();
    expect(parseIdentity([])).toBeUndefined();
  });
});

describe('health', () => {
  it('reads what a real hub prints (firmware 1.83)', () => {
    const health = parseHealth([
      'System up for: 85 seconds',
      '5V Now: 5.16',
      '5V Min: 5.12',
      '5V Max: 5.20',
      '5V Flags: ',
      'Temperature Now (C): 37.7',
      'Temperature Flags: ',
      'Rebooted flag: R',
    ]);
    expect(health).toEqual({
      volts5: 5.16,
      temperature: 37.7,
      uptimeSeconds: 85,
      underVoltage: false,
      overVoltage: false,
      overTemperature: false,
      rebooted: true,
    });
  });

  it('reads flags on a 12 V model, and a temperature that is only "below"', () => {
    expect(
      parseHealth([
        '5V Now: 4.40',
        '5V Flags: UV',
        'Input Now: 12.10',
        'Input Flags: OV',
        'Temperature Now (C): <0.1',
        'Temperature Flags: OT',
        'Rebooted flag:',
      ]),
    ).toEqual({
      volts5: 4.4,
      voltsInput: 12.1,
      underVoltage: true,
      overVoltage: true,
      overTemperature: true,
      rebooted: false,
    });
  });

  it('reads the variant of the other manual, in thousandths', () => {
    expect(parseHealth(['5V_V1: 5120', '12V: 12040', 'Temp: 37700', 'Flags: uv R'])).toMatchObject({
      volts5: 5.12,
      voltsInput: 12.04,
      temperature: 37.7,
      underVoltage: true,
      rebooted: true,
    });
    expect(parseHealth(['5, 1044, A C, 1, 5, x, 0.01'])).toBeUndefined();
  });
});

describe('limits and system', () => {
  it('are read with either name of the input rail', () => {
    expect(
      parseLimits([
        '5V Min: 4.50',
        '5V Max: 5.58',
        '12V Min: 9.59',
        '12V Max: 14.50',
        'Temperature (C): 75.0',
      ]),
    ).toEqual({ min5: 4.5, max5: 5.58, minInput: 9.59, maxInput: 14.5, temperature: 75 });
    expect(parseLimits(['Input Min: 9.59'])).toEqual({ minInput: 9.59 });
    expect(parseLimits(['rien'])).toBeUndefined();
    expect(
      parseSystem([
        'cambrionix PP15S 15 Port USB Charge+Sync',
        'Hardware: PP15S',
        'Firmware: 1.68',
        'Panel ID: Absent',
      ]),
    ).toEqual({ title: 'cambrionix PP15S 15 Port USB Charge+Sync', hardware: 'PP15S', firmware: '1.68' });
    expect(parseSystem(['*E400'])).toBeUndefined();
  });
});
