import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNearAddress, isSerialPath, isUsbPath, tellsApart } from './hub-link';

describe('a link to a box', () => {
  it.each(['/dev/ttyUSB0', '/dev/serial/by-id/usb-FTDI_A1-if00', 'COM3', 'COM255'])(
    '%s is a line',
    (path) => {
      expect(isSerialPath(path)).toBe(true);
    },
  );
  it.each(['/etc/shadow', '/dev/../etc/shadow', 'COM0', 'COM1234', '/dev/tty USB', ''])(
    '%s is none',
    (path) => {
      expect(isSerialPath(path)).toBe(false);
    },
  );

  it.each(['1-1', '2-1.4', '12-1.2.3.4.5.6.7'])('%s is a place on the bus', (path) => {
    expect(isUsbPath(path)).toBe(true);
  });
  it.each(['0-1', '1-', '1-0', '1-1.0', '../1-1', '1-1.2.3.4.5.6.7.8', 'usb1'])('%s is none', (path) => {
    expect(isUsbPath(path)).toBe(false);
  });

  it.each([
    '10.0.0.1',
    '192.168.1.20',
    '172.16.0.1',
    '169.254.3.4',
    '127.0.0.1',
    'localhost',
    '::1',
    'fe80::1',
  ])('%s stays in the building', (host) => {
    expect(isNearAddress(host)).toBe(true);
  });
  it.each(['8.8.8.8', '172.32.0.1', '192.169.0.1', 'multiprise.example', '256.1.1.1', '2001:db8::1', ''])(
    '%s does not',
    (host) => {
      expect(isNearAddress(host)).toBe(false);
    },
  );

  it('a number tells boxes apart unless it is nothing but zeros', () => {
    expect([
      tellsApart('DB0001'),
      tellsApart('000000'),
      tellsApart('-'),
      tellsApart(''),
      tellsApart(undefined),
    ]).toEqual([true, false, false, false, false]);
    fc.assert(
      fc.property(fc.stringMatching(/^0*$/), (zeros) => {
        expect(tellsApart(zeros)).toBe(false);
      }),
    );
  });
});
