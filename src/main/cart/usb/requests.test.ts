import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDescriptor, parsePort, powerPort, readDescriptor, readPort } from './requests';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('hub class requests', () => {
  it('are the bytes of the standard', () => {
    expect(readDescriptor(false)).toMatchObject({ type: 0xa0, request: 6, value: 0x2900, index: 0 });
    expect(readDescriptor(true)).toMatchObject({ value: 0x2a00 });
    expect(readPort(3)).toEqual({ type: 0xa3, request: 0, value: 0, index: 3, length: 4 });
    expect(powerPort(3, true)).toEqual({ type: 0x23, request: 3, value: 8, index: 3, length: 0 });
    expect(powerPort(3, false)).toMatchObject({ request: 1, value: 8, index: 3 });
  });

  it.each([
    // QEMU's hub; then three with other characteristics.
    ['0a 29 08 09 00 01 00 00 00 ff', { ports: 8, switching: 'perPort', superSpeed: false }],
    ['09 29 04 e0 00 32 64 00 ff', { ports: 4, switching: 'ganged', superSpeed: false }],
    ['09 29 04 02 00 32 64 00 ff', { ports: 4, switching: 'none', superSpeed: false }],
    ['0c 2a 04 09 00 32 00 00 00 00 00 00', { ports: 4, switching: 'perPort', superSpeed: true }],
  ])('descriptor %s', (hex, expected) => {
    expect(parseDescriptor(bytes(hex))).toEqual(expected);
  });

  it.each(['', '09', '09 29 00 00 00 00 00', '12 01 00 02 09 00 00', '05 29 04 00 00'])(
    '%s is no hub',
    (hex) => {
      expect(parseDescriptor(bytes(hex))).toBeUndefined();
    },
  );

  it.each([
    ['03 01 00 00', false, { connected: true, overCurrent: false, powered: true }],
    ['00 00 00 00', false, { connected: false, overCurrent: false, powered: false }],
    ['08 01 08 00', false, { connected: false, overCurrent: true, powered: true }],
    ['03 02 00 00', true, { connected: true, overCurrent: false, powered: true }],
    // The same bytes of a USB 2 hub: bit 9 is its low-speed flag, not power.
    ['03 02 00 00', false, { connected: true, overCurrent: false, powered: false }],
  ])('port %s (SuperSpeed %s)', (hex, superSpeed, expected) => {
    expect(parsePort(bytes(hex), superSpeed)).toEqual(expected);
  });

  it('whatever comes, nothing is thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (noise, superSpeed) => {
        const hub = parseDescriptor(noise);
        if (hub) expect(hub.ports).toBeGreaterThan(0);
        parsePort(noise, superSpeed);
      }),
    );
  });
});
