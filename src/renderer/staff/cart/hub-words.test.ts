import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GESTURES, boxKind, gestureOf, nextPlace } from './hub-words';

describe('what is wrong with a box', () => {
  it.each([
    ['ENOENT', 'cable'],
    ['EIO', 'cable'],
    [undefined, 'cable'],
    ['EBUSY', 'inUse'],
    ['timeout', 'mute'],
    ['wrongCommunity', 'wrongCommunity'],
    ['NO_USB', 'noUsb'],
    ['constructor', 'cable'],
  ])('%s asks for the gesture « %s »', (why, gesture) => {
    expect(gestureOf(why)).toBe(gesture);
  });

  it.each(['fr', 'en'])('has a sentence for each gesture (%s)', (language) => {
    const file = new URL(`../locales/${language}/hub.json`, import.meta.url);
    const words = JSON.parse(readFileSync(file, 'utf8')) as { gesture: Record<string, string> };
    expect(Object.keys(words.gesture).sort()).toEqual([...GESTURES].sort());
  });

  it('calls a line and a network box alike', () => {
    expect([boxKind('serial'), boxKind('tcp'), boxKind('usb'), boxKind('snmp')]).toEqual([
      'hub',
      'hub',
      'usb',
      'strip',
    ]);
  });

  it('the second hub is offered the places after the first', () => {
    expect(nextPlace([], 15)).toBe(1);
    expect(nextPlace([{ firstBay: 1, ports: 15 }], 30)).toBe(16);
    expect(nextPlace([{ firstBay: 1, ports: 15 }], 15)).toBe(1);
    expect(nextPlace([{ firstBay: null, ports: 8 }], 15)).toBe(1);
    expect(
      nextPlace(
        [
          { firstBay: 16, ports: 15 },
          { firstBay: 1, ports: 15 },
        ],
        30,
      ),
    ).toBe(1);
  });
});
