import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Id } from '../id';
import { makeCode } from '../inventory/label-code';
import {
  applied,
  emptied,
  namedBy,
  nextFree,
  placeAt,
  putBack,
  settled,
  swap,
  type Place,
  type PlaceChange,
} from './placing';

const A: Id<'cart'> = 'cart_aaaaaaaaaaaaa';
const B: Id<'cart'> = 'cart_bbbbbbbbbbbbb';
const device = (n: number): Id<'device'> => `device_${'abcdefghijklmnop'.charAt(n).repeat(13)}`;
const standing: Place[] = [
  { device: device(1), cart: A, bay: 1 },
  { device: device(2), cart: A, bay: 2 },
  { device: device(3), cart: B, bay: 1 },
  { device: device(4) },
  { device: device(5), cart: A },
];
const placed = (...order: Parameters<typeof placeAt>): PlaceChange => {
  const answer = placeAt(...order);
  if (answer.outcome !== 'placed') throw new Error(answer.outcome);
  return answer;
};

describe('a scan at a place', () => {
  it('gives that place to a device that had none', () => {
    const { before, after } = placed(standing, { cart: A, bay: 3, device: device(4) });
    expect([before, after]).toEqual([[{ device: device(4) }], [{ device: device(4), cart: A, bay: 3 }]]);
  });
  it('lets who stood there wait in the cart, and says who', () => {
    expect(placed(standing, { cart: A, bay: 1, device: device(5) }).after).toEqual([
      { device: device(5), cart: A, bay: 1 },
      { device: device(1), cart: A },
    ]);
  });
  it('goes on where the device stands already', () => {
    expect(placeAt(standing, { cart: A, bay: 2, device: device(2) })).toEqual({ outcome: 'already' });
  });
  it('says the same label twice in a run, and one that belongs to another cart', () => {
    expect(placeAt(standing, { cart: A, bay: 3, device: device(1), run: [device(1)] })).toEqual({
      outcome: 'duplicate',
      bay: 1,
    });
    expect(placeAt(standing, { cart: A, bay: 3, device: device(3) })).toEqual({
      outcome: 'elsewhere',
      cart: B,
      bay: 1,
    });
    expect(placeAt(standing, { cart: A, bay: 3, device: device(3), evenFromElsewhere: true }).outcome).toBe('placed'); // prettier-ignore
  });
});

describe('two taps', () => {
  it('exchange two places, or move to an empty one', () => {
    const bays = (places: readonly Place[]) => places.slice(0, 2).map(({ bay }) => bay);
    expect(bays(applied(standing, swap(standing, A, 1, 2)))).toEqual([2, 1]);
    expect(bays(applied(standing, swap(standing, A, 1, 9)))).toEqual([9, 2]);
    expect(swap(standing, A, 7, 8).after).toEqual([]);
    expect(swap(standing, A, 1, 1).after).toEqual([]);
  });
  it('settle a place that two postes gave to two devices', () => {
    const double: Place[] = [...standing, { device: device(6), cart: A, bay: 1 }];
    const after = applied(double, settled(double, A, 1, device(6)));
    expect(after.filter(({ cart, bay }) => cart === A && bay === 1).map((one) => one.device)).toEqual([
      device(6),
    ]);
    expect(after.find((one) => one.device === device(1))).toEqual({ device: device(1), cart: A });
  });
});

const devices = [1, 2, 3, 4, 5].map(device);
const gesture = fc.oneof(
  fc.record({ do: fc.constant('place' as const), device: fc.constantFrom(...devices), cart: fc.constantFrom(A, B), bay: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('swap' as const), cart: fc.constantFrom(A, B), a: fc.integer({ min: 1, max: 4 }), b: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('empty' as const), device: fc.constantFrom(...devices), keep: fc.boolean() }),
); // prettier-ignore
function changeOf(places: readonly Place[], one: typeof gesture extends fc.Arbitrary<infer T> ? T : never) {
  if (one.do === 'swap') return swap(places, one.cart, one.a, one.b);
  if (one.do === 'empty') return emptied(places, [one.device], one.keep);
  const answer = placeAt(places, { ...one, evenFromElsewhere: true });
  return answer.outcome === 'placed' ? answer : { before: [], after: [] };
}
const tidy = (places: readonly Place[]) => places.map(({ device: id, cart, bay }) => [id, cart, bay]);

describe('any run of gestures', () => {
  it('loses no device and never puts two at one place', () => {
    fc.assert(
      fc.property(fc.array(gesture, { maxLength: 20 }), (run) => {
        let places = standing;
        for (const one of run) {
          places = applied(places, changeOf(places, one));
          expect(places.map((each) => each.device)).toEqual(standing.map((each) => each.device));
          const taken = places.flatMap(({ cart, bay }) => (cart && bay ? [`${cart} ${bay}`] : []));
          expect(new Set(taken).size).toBe(taken.length);
        }
      }),
    );
  });
  it('is taken back gesture after gesture to where it began', () => {
    fc.assert(
      fc.property(fc.array(gesture, { maxLength: 12 }), (run) => {
        let places = standing;
        const done: PlaceChange[] = [];
        for (const one of run) {
          const change = changeOf(places, one);
          done.push(change);
          places = applied(places, change);
        }
        for (const { before } of done.reverse()) places = applied(places, putBack(places, before));
        expect(tidy(places)).toEqual(tidy(standing));
      }),
    );
  });
  it('does not take a place back from who has it meanwhile', () => {
    const { before } = placed(standing, { cart: A, bay: 3, device: device(1) });
    const meanwhile: Place[] = [
      { device: device(1), cart: A, bay: 3 },
      { device: device(4), cart: A, bay: 1 },
    ];
    expect(applied(meanwhile, putBack(meanwhile, before))).toEqual([
      { device: device(1), cart: A },
      { device: device(4), cart: A, bay: 1 },
    ]);
  });
});

describe('what a scan names', () => {
  const code = makeCode(new Uint8Array([1, 2, 3, 4]));
  const things = [
    { id: device(1), label: 'Tablette 1', code, serial: 'R52N-601A', words: [] },
    { id: device(2), label: 'Tablette 12', serial: 'R52N-602B', words: [] },
    { id: 'accessory_aaaaaaaaaaaaa' as const, label: 'Casque 1', serial: 'CASQUE1', words: [] },
  ];
  it('is a label, a serial number on either keyboard, or the words of one device', () => {
    expect(namedBy(code.toLowerCase(), things)).toEqual({ kind: 'device', device: device(1) });
    expect(namedBy('R52N602B', things)).toEqual({ kind: 'device', device: device(2) });
    expect(namedBy('R(éN)-à&Q', things)).toEqual({ kind: 'device', device: device(1) });
    expect(namedBy('tablette 12', things)).toEqual({ kind: 'device', device: device(2) });
    expect(namedBy('1', things)).toEqual({ kind: 'device', device: device(1) });
  });
  it('is said when it is a headset, several, misread or nothing', () => {
    expect(namedBy('CASQUE1', things)).toEqual({ kind: 'notADevice', label: 'Casque 1' });
    expect(namedBy('casque', things)).toEqual({ kind: 'notADevice', label: 'Casque 1' });
    expect(namedBy('tablette', things)).toEqual({ kind: 'several', devices: [device(1), device(2)] });
    const slipped = code.slice(0, 7) + (code.endsWith('B') ? 'C' : 'B');
    expect(namedBy(slipped, things)).toEqual({ kind: 'misread' });
    for (const text of ['', '   ', 'ZZZ', '🙂', 'x'.repeat(200)])
      expect(namedBy(text, things)).toEqual({ kind: 'unknown' });
  });
});

it('the next place is the first free one after', () => {
  expect(nextFree(4, new Set([1, 2]))).toBe(3);
  expect(nextFree(4, new Set([1, 2]), 3)).toBe(4);
  expect(nextFree(2, new Set([1, 2]))).toBeUndefined();
});
