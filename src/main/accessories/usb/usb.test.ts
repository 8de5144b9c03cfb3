import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Nearby } from '../../../domain/accessories/recognise';
import {
  descriptorWords,
  isAccessory,
  kindOf,
  nearbyOf,
  serialOf,
  type UsbInterface,
  type UsbThing,
} from './descriptor';
import { parseInputDevices } from './input-names';
import { mergeNearby } from './merge';

/** Any bytes, as a careless decoder hands them on. */
const noise = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString('latin1'));

const face = (of: number, subclass = 0, protocol = 0): UsbInterface => ({ class: of, subclass, protocol });
const thing = (more: Partial<UsbThing>): UsbThing => ({
  at: '1-2',
  vendor: 0x046d,
  product: 0x0a38,
  deviceClass: 0,
  interfaces: [],
  ...more,
});

describe('a USB descriptor', () => {
  it('lets think what a thing is: a camera before its microphone, a headset before its keys', () => {
    expect(kindOf([face(1), face(0x0e)])).toBe('camera');
    expect(kindOf([face(1), face(3)])).toBe('headset');
    expect(kindOf([face(3, 1, 1)])).toBe('keyboard');
    expect(kindOf([face(3, 1, 2)])).toBe('mouse');
    expect(kindOf([face(2), face(0x0a)])).toBe('sensor');
    expect(kindOf([face(0xff)])).toBeUndefined();
  });

  it('of a hub or of the computer’s own radio is no accessory', () => {
    expect(isAccessory(thing({ deviceClass: 9 }))).toBe(false);
    expect(isAccessory(thing({ deviceClass: 0xe0 }))).toBe(false);
    expect(isAccessory(thing({ interfaces: [face(0xe0), face(0xe0)] }))).toBe(false);
    expect(isAccessory(thing({ interfaces: [] }))).toBe(true);
  });

  it('names a piece only where its number can be its own', () => {
    expect(serialOf('A1B2C3D4')).toBe('A1B2C3D4');
    for (const common of ['0', '000000000000', '123456789', '0123456789ABCDEF', '', '  ', undefined])
      expect(serialOf(common), String(common)).toBeUndefined();
  });

  it('gives one line of words whatever its bytes hold', () => {
    fc.assert(
      fc.property(noise(100), (raw) => {
        const words = descriptorWords(raw);
        if (words === undefined) return;
        expect(words).not.toMatch(/\p{C}|\n/u);
        expect(words.length).toBeLessThanOrEqual(80);
      }),
    );
    expect(nearbyOf(thing({ name: '  USB\u0000 Headset  ', maker: '' }))).toMatchObject({
      key: 'usb 1-2',
      name: 'USB Headset',
      maker: undefined,
    });
  });
});

const INPUTS = `I: Bus=0019 Vendor=0000 Product=0001 Version=0000
N: Name="Power Button"
H: Handlers=kbd event0

I: Bus=0003 Vendor=046d Product=c31c Version=0110
N: Name="Logitech USB Keyboard"
U: Uniq=
H: Handlers=sysrq kbd leds event3

I: Bus=0003 Vendor=046d Product=c31c Version=0110
N: Name="Logitech USB Keyboard Consumer Control"
H: Handlers=kbd event4

I: Bus=0005 Vendor=04e8 Product=7021 Version=001b
N: Name="Clavier 3"
U: Uniq=aa:bb:cc:dd:ee:08
H: Handlers=sysrq kbd event7
`;

describe('what the kernel made input devices of', () => {
  it('is named once each, USB and Bluetooth, and the computer’s own buttons are not', () => {
    expect(parseInputDevices(INPUTS)).toMatchObject([
      {
        by: 'input',
        usb: { vendor: 0x046d, product: 0xc31c },
        name: 'Logitech USB Keyboard',
        kind: 'keyboard',
      },
      { by: 'input', address: 'AA:BB:CC:DD:EE:08', name: 'Clavier 3', kind: 'keyboard' },
    ]);
  });

  it('is nothing in a text of something else', () => {
    fc.assert(
      fc.property(noise(2_000), (text) => {
        expect(parseInputDevices(text).length).toBeLessThanOrEqual(100);
      }),
    );
    expect(parseInputDevices(INPUTS.repeat(2_000)).length).toBe(2);
  });
});

describe('one line a thing', () => {
  const usb: Nearby = { key: 'usb 1-1', by: 'usb', usb: { vendor: 1, product: 2 } };

  it('with the name another source could read', () => {
    const named: Nearby = { key: 'input', by: 'input', usb: { vendor: 1, product: 2 }, name: 'Clavier' };
    expect(mergeNearby([usb], [named])).toEqual([{ ...usb, name: 'Clavier' }]);
  });

  it('but two of the same model stay two', () => {
    const second = { ...usb, key: 'usb 1-2' };
    expect(mergeNearby([usb, second])).toEqual([usb, second]);
    const serial = (serial: string): Nearby => ({
      key: serial,
      by: 'serial',
      usb: { vendor: 1, product: 2 },
      serial,
    });
    expect(mergeNearby([{ ...usb, serial: 'AAAA' }], [serial('BBBB')])).toHaveLength(2);
  });
});
