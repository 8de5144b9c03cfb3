import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Id } from '../id';
import type { AccessoryStanding } from '../inventory/accessory';
import { ACCESSORY_KINDS } from '../inventory/record';
import { batteryEvidence } from './battery';
import { CATALOGUE, hasBattery, seriesLabels } from './catalogue';
import { counted, expectedIn } from './expected';
import { readAddress, recognise, recognitionOf, type Nearby } from './recognise';

const CART = 'cart_aaaaaaaaaaaaa' as const;
const device = (n: number): Id<'device'> => `device_${'abcdefghijklmnopqrstuvwxyz'.charAt(n).repeat(13)}`;
const accessoryId = (n: number): Id<'accessory'> =>
  `accessory_${'abcdefghijklmnopqrstuvwxyz'.charAt(n).repeat(13)}`;
const standing = (n: number, more: Partial<AccessoryStanding> = {}): AccessoryStanding => ({
  id: accessoryId(n),
  label: `Casque ${String(n).padStart(2, '0')}`,
  kind: 'headset',
  state: 'inService',
  since: undefined,
  class: undefined,
  binding: { kind: 'device', device: device(n) },
  bindingDisputed: false,
  paired: undefined,
  battery: undefined,
  ...more,
});

describe('the catalogue', () => {
  it('says of every kind what it hangs on, what to try and how many a set has', () => {
    for (const kind of ACCESSORY_KINDS) {
      const { links, tries, usual } = CATALOGUE[kind];
      expect(links.length, kind).toBeGreaterThan(0);
      expect(tries.length, kind).toBeGreaterThan(0);
      expect(usual.count, kind).toBeGreaterThan(0);
    }
  });

  it('knows the splitter that plugs two headsets into one device (#11.7), tried by ear and without a battery', () => {
    expect(CATALOGUE.splitter).toMatchObject({ links: ['jack', 'usb'], tries: ['sound'] });
    expect(hasBattery('splitter', 'jack')).toBe(false);
  });

  it('gives a battery to what is wireless, and to a robot whatever it hangs on', () => {
    expect(hasBattery('headset', 'jack')).toBe(false);
    expect(hasBattery('headset', 'bluetooth')).toBe(true);
    expect(hasBattery('keyboard', undefined)).toBe(true);
    expect(hasBattery('headset', undefined)).toBe(false);
    expect(hasBattery('robot', 'usb')).toBe(true);
  });

  it('counts a series on from its first label, with the width of its number kept', () => {
    expect(seriesLabels('Casque 08', 3)).toEqual(['Casque 08', 'Casque 09', 'Casque 10']);
    expect(seriesLabels('Casque', 2)).toEqual(['Casque 1', 'Casque 2']);
    expect(seriesLabels('Casque 7 (CP)', 2)).toEqual(['Casque 7 (CP)', 'Casque 8 (CP)']);
  });

  it('never gives the same label twice', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 60 }),
        (first, count) => {
          expect(new Set(seriesLabels(first, count)).size).toBe(count);
        },
      ),
    );
  });
});

describe('what should be in the cart at the end of a lesson', () => {
  const placed = [1, 2, 3].map((n) => ({ device: device(n), bay: n }));

  it('is what goes with its devices and with its places, in the order of the places', () => {
    const list = [
      standing(3),
      standing(1),
      standing(4, { binding: { kind: 'bay', cart: CART, bay: 2 }, kind: 'splitter' }),
      standing(5, { binding: { kind: 'bay', cart: 'cart_bbbbbbbbbbbbb', bay: 1 } }),
      standing(6, { binding: { kind: 'device', device: device(9) } }),
      standing(7, { binding: null }),
      standing(8, { binding: { kind: 'poste', poste: 'poste_aaaaaaaaaaaaa' } }),
    ];
    const expected = expectedIn(CART, placed, list);
    expect(expected.map(({ accessory, bay, device: with_ }) => [accessory.id, bay, with_])).toEqual([
      [accessoryId(1), 1, device(1)],
      [accessoryId(4), 2, device(2)],
      [accessoryId(3), 3, device(3)],
    ]);
  });

  it('does not look for what is in reserve or at the repairer’s, and goes on looking for what is missing', () => {
    const states = (['inService', 'inReserve', 'inRepair', 'missing'] as const).map((state, n) =>
      standing(n, { state, binding: { kind: 'device', device: device(1) } }),
    );
    expect(expectedIn(CART, placed, states).map(({ accessory }) => accessory.state)).toEqual([
      'inService',
      'missing',
    ]);
  });

  it('writes down only what changes: newly missing, and back', () => {
    const expected = expectedIn(CART, placed, [
      standing(1),
      standing(2, { state: 'missing' }),
      standing(3, { state: 'missing' }),
    ]);
    const { missing, back } = counted(expected, new Set([accessoryId(1), accessoryId(2)]));
    expect(missing.map(({ accessory }) => accessory.id)).toEqual([accessoryId(1)]);
    expect(back.map(({ accessory }) => accessory.id)).toEqual([accessoryId(3)]);
  });
});

describe('recognising what is near', () => {
  const known = [
    standing(1, { address: 'AA:BB:CC:DD:EE:01' }),
    standing(2, { serial: 'SN-0002', usb: { vendor: 0x046d, product: 0xc31c } }),
    standing(3, { usb: { vendor: 0x046d, product: 0xc31c } }),
  ];
  const seen = (more: Partial<Nearby>): Nearby => ({ key: 'k', by: 'usb', ...more });

  it('is sure of an address and of a serial number, and of a name that is a label', () => {
    expect(recognise(seen({ address: 'aa-bb-cc-dd-ee-01' }), known).sure?.id).toBe(accessoryId(1));
    expect(recognise(seen({ serial: 'sn0002' }), known).sure?.id).toBe(accessoryId(2));
    expect(recognise(seen({ name: 'casque 3' }), known).sure?.id).toBe(accessoryId(3));
  });

  it('is not sure of a name that another has too, or whose address or number says otherwise', () => {
    const other = { by: 'bluetooth', address: 'AA:BB:CC:DD:EE:99', name: 'Casque 1' } as const;
    expect(recognise(seen(other), known).sure).toBeUndefined();
    expect(recognise(seen({ name: 'Casque 2', serial: 'SN-0099' }), known).sure).toBeUndefined();
    const twice = [...known, standing(4, { label: 'Casque 3' })];
    expect(recognise(seen({ name: 'Casque 3' }), twice).sure).toBeUndefined();
  });

  it('proposes all those of the same model, since fifteen headsets have one USB pair', () => {
    const { sure, maybe } = recognise(seen({ usb: { vendor: 0x046d, product: 0xc31c } }), known);
    expect(sure).toBeUndefined();
    expect(maybe.map(({ id }) => id)).toEqual([accessoryId(2), accessoryId(3)]);
  });

  it('keeps only what names the thing next time', () => {
    expect(recognitionOf(seen({ by: 'bluetooth', address: 'aabbccddee01', name: 'x' }))).toEqual({
      link: 'bluetooth',
      address: 'AA:BB:CC:DD:EE:01',
    });
    expect(recognitionOf(seen({ usb: { vendor: 1, product: 2 }, address: 'nonsense' }))).toEqual({
      link: 'usb',
      usb: { vendor: 1, product: 2 },
    });
  });

  it('reads an address whatever its separators, and nothing else as one', () => {
    expect(readAddress('00:00:00:00:00:00')).toBeUndefined();
    expect(readAddress('AA:BB:CC:DD:EE')).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (text) => {
        const address = readAddress(text);
        if (address !== undefined) expect(address).toMatch(/^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/);
      }),
    );
  });
});

describe('the battery of an accessory', () => {
  const now = Date.parse('2026-11-20T10:00:00.000Z');
  const at = (hoursAgo: number): string => new Date(now - hoursAgo * 3_600_000).toISOString();

  it('is the latest word, with its source and its age', () => {
    const evidence = batteryEvidence(
      [
        { level: 'charged', source: 'person', at: at(30) },
        { percent: 18, source: 'bluetooth', at: at(1) },
      ],
      now,
    );
    expect(evidence).toMatchObject({
      percent: 18,
      source: 'bluetooth',
      ageSeconds: 3600,
      stale: false,
      toCharge: true,
    });
  });

  it('grows stale, and is not given where nobody can date it', () => {
    expect(batteryEvidence([{ percent: 80, source: 'bluetooth', at: at(25) }], now)).toMatchObject({
      stale: true,
      toCharge: false,
    });
    expect(batteryEvidence([{ percent: 80, source: 'bluetooth', at: 'hier' }], now)).toBeUndefined();
    expect(batteryEvidence([], now)).toBeUndefined();
  });
});
