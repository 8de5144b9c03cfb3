import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRow } from './rows';

/** The samples of peers-classroom-fleet C.2 and real-peers 5, with what the reference says they mean. */
describe('rows of the reference', () => {
  it.each([
    [
      '5, 1044, A C, 1, 5, x, 0.01',
      'un',
      { port: 5, currentMa: 1044, power: 'charging', profile: 1, chargingSeconds: 5, energyWh: 0.01 },
    ],
    ['1, 0000, D O, 0, 0, x, 0.00', 'un', { port: 1, currentMa: 0, power: 'empty', portOff: true }],
    [
      '1, 0429, R A S, 0, 0, x, 0.00',
      'un',
      { port: 1, currentMa: 429, power: 'attached', rebooted: true, hubError: false },
    ],
    ['4, 0175, e A S, 0, 0, x, 0.00', 'un', { port: 4, currentMa: 175, power: 'fault', hubError: false }],
    [
      '1, 0515, 2051, A C -, 3383, x, 9.92',
      'ps',
      { port: 1, voltageMv: 5150, currentMa: 2051, power: 'charging', chargingSeconds: 3383, energyWh: 9.92 },
    ],
    [
      '5, 0998, R A C, 2, 123, x, 0.45',
      'un',
      { port: 5, currentMa: 998, power: 'charging', rebooted: true, profile: 2 },
    ],
  ] as const)('%s', (line, format, expected) => {
    expect(parseRow(line, format)).toMatchObject(expected);
    // A hub that does not tell its format is read by the shape of its rows.
    expect(parseRow(line)).toMatchObject(expected);
  });

  it('case matters: E is the hub, e the port; R a restart, r a reset of the power', () => {
    expect(parseRow('2, 1000, E A C, 1, 5, x, 0.10', 'un')).toMatchObject({
      power: 'charging',
      hubError: true,
    });
    expect(parseRow('2, 0000, r A I, 0, 0, x, 0.00', 'un')).toMatchObject({
      power: 'idle',
      vbusReset: true,
      rebooted: false,
    });
  });

  it('universal flags come in any order', () => {
    const one = parseRow('3, 0700, C T A R, 1, 9, x, 0.20', 'un');
    expect(one).toMatchObject({ power: 'charging', theft: true, rebooted: true });
    expect(parseRow('3, 0700, R A C T, 1, 9, x, 0.20', 'un')).toEqual(one);
  });

  it('PD flags are read by position: a cable is not a charge', () => {
    expect(parseRow('1, 0500, 0000, C I _, 0, x, 0.00', 'ps')?.power).toBe('empty');
    expect(parseRow('1, 0900, 1500, P C Q, 60, x, 0.20', 'sm')?.power).toBe('charging');
    expect(parseRow('1, 0515, 0000, A c +, 0, x, 0.00', 'ps')?.power).toBe('attached');
    expect(parseRow('1, 0000, 0000, A O q, 0, x, 0.00', 'ps')).toMatchObject({ power: 'off', portOff: true });
    expect(parseRow('1, 0515, 0080, A F -, 7000, 6900, 20.10', 'ps')).toMatchObject({
      power: 'full',
      chargedSeconds: 6900,
    });
  });

  it('accepts more columns, spaces and a capital X', () => {
    expect(parseRow('1, 0515, 2051, A C -, 3383, x, 9.92, 10.56', 'ps')?.energyWh).toBe(9.92);
    expect(parseRow('  5 ,1044,A C,1 ,5, X ,0.01', 'un')?.currentMa).toBe(1044);
  });

  it.each([
    ['', 'nothing'],
    ['cambrionix PP15S 15 Port', 'a title'],
    ['5, 1044, A D C, 1, 5, x, 0.01', 'attached and detached'],
    ['5, 1044, A C F, 1, 5, x, 0.01', 'two modes'],
    ['5, 1044, A, 1, 5, x, 0.01', 'no mode'],
    ['0, 1044, A C, 1, 5, x, 0.01', 'port 0'],
    ['5, 99999, A C, 1, 5, x, 0.01', '100 amperes'],
    ['5, 1044, A C, 1, 5, x', 'cut short'],
    ['5, -044, A C, 1, 5, x, 0.01', 'a negative current'],
    ['5, 1044, a c, 1, 5, x, 0.01', 'lower case'],
  ])('refuses %j (%s)', (line) => {
    expect(parseRow(line, 'un')).toBeUndefined();
  });

  it('never throws, and what it accepts is within bounds', () => {
    const piece = fc.constantFrom(
      'A',
      'C',
      'D',
      'O',
      'x',
      '0.01',
      '5',
      '1044',
      ' ',
      ',',
      ', ',
      'constructor',
      '-',
      'é',
    );
    const noise = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.array(piece, { maxLength: 24 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(
        noise,
        fc.constantFrom('un' as const, 'ps' as const, 'sm' as const, undefined),
        (line, format) => {
          const row = parseRow(line, format);
          if (row) expect(row.port > 0 && row.port <= 64 && row.currentMa <= 10_000).toBe(true);
        },
      ),
      { seed: 20_261_120, numRuns: 2_000 },
    );
  });
});
