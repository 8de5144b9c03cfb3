import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Id } from '../id';
import type { CartEvent, Lent } from './container';
import { devicesAway, devicesForLesson, lentNow, loansOf, type CartForLesson } from './loan';
import type { CartFact } from './put-away';

const CART: Id<'cart'> = 'cart_aaaaaaaaaaaaa';
const CM1: Id<'class'> = 'class_aaaaaaaaaaaaa';
const CP: Id<'class'> = 'class_bbbbbbbbbbbbb';
const at = (time: string): string => `2026-11-23T${time}:00.000Z`;
const ms = (time: string): number => Date.parse(at(time));
const device = (bay: number): Id<'device'> => `device_${'abcdefghij'.charAt(bay).repeat(13)}`;
const lent = (change: Partial<Lent> = {}): Lent => ({
  kind: 'lent',
  id: 'e1',
  at: at('09:00'),
  by: 'staff_a',
  replaces: [],
  bays: [4, 5, 6],
  to: { kind: 'class', class: CP },
  until: at('10:30'),
  ...change,
});
const putAway = (time: string, missing: number[] = [], id = 'p1'): CartFact => ({
  id,
  kind: 'putAway',
  at: at(time),
  entries: [1, 2, 3, 4, 5, 6].map((bay) => ({
    device: device(bay),
    state: missing.includes(bay) ? 'missing' : 'plugged',
  })),
  replaces: [],
});
const states = (events: readonly CartEvent[], time: string, putAways: readonly CartFact[] = []) =>
  loansOf(events, putAways, device, ms(time));

describe('half a cart lent to the next class', () => {
  it('is out until its hour, then awaited by itself, then back when somebody says so', () => {
    expect(states([lent()], '09:30')[0]?.state).toBe('out');
    expect(states([lent()], '10:30')[0]?.state).toBe('overdue');
    const returned: CartEvent = { kind: 'returned', id: 'e2', at: at('10:40'), by: 'staff_b', replaces: [], loan: 'e1' }; // prettier-ignore
    expect(states([returned, lent()], '10:45')[0]).toMatchObject({ state: 'back', backBy: 'said' });
  });

  it('is back when the cart is put away after its hour with all of it there, not before and not with one missing', () => {
    expect(states([lent()], '16:00', [putAway('15:30')])[0]).toMatchObject({
      state: 'back',
      backBy: 'putAway',
    });
    expect(states([lent()], '10:00', [putAway('09:50')])[0]?.state).toBe('out');
    expect(states([lent()], '16:00', [putAway('15:30', [5])])[0]?.state).toBe('overdue');
    const some = { ...putAway('15:30'), entries: putAway('15:30').entries.slice(0, 4) };
    expect(states([lent()], '16:00', [some])[0]?.state).toBe('overdue');
    const undone: CartFact = {
      id: 'u',
      kind: 'undone',
      at: at('15:40'),
      entries: [],
      replaces: [],
      voids: 'p1',
    };
    expect(states([lent()], '16:00', [putAway('15:30'), undone])[0]?.state).toBe('overdue');
  });

  it('lent twice by two postes apart is said of both', () => {
    const other = lent({ id: 'e9', at: at('09:05'), bays: [6, 7], to: { kind: 'class', class: CM1 } });
    expect(states([lent(), other], '09:30').map(({ clashes }) => clashes)).toEqual([['e9'], ['e1']]);
  });

  it('is the same whatever the order it is heard in', () => {
    const event = fc.constantFrom<CartEvent>(
      lent(),
      lent({ id: 'e9', at: at('09:05'), bays: [6, 7] }),
      { kind: 'returned', id: 'e2', at: at('10:40'), by: 'staff_b', replaces: [], loan: 'e1' },
      { kind: 'undone', id: 'e3', at: at('10:41'), by: 'staff_b', replaces: [], voids: 'e2' },
      { kind: 'undone', id: 'e4', at: at('10:42'), by: 'staff_b', replaces: [], voids: 'e9' },
    );
    fc.assert(
      fc.property(
        fc
          .uniqueArray(event, { selector: ({ id }) => id })
          .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        fc.constantFrom('09:30', '10:45'),
        ([all, shuffled], time) => {
          expect(states(shuffled, time)).toEqual(states(all, time));
        },
      ),
    );
  });
});

describe('a lesson’s devices', () => {
  const cart = (time: string): CartForLesson => ({
    cart: CART,
    places: [1, 2, 3, 4, 5, 6].map((bay) => ({ device: device(bay), bay })),
    loans: states([lent()], time),
  });
  const bays = (found: ReadonlySet<string>): number[] =>
    [1, 2, 3, 4, 5, 6].filter((bay) => found.has(device(bay)));

  it('are the lent ones for who borrowed, and the others for who lent', () => {
    const carts = [cart('09:30')];
    expect(bays(devicesForLesson({ cartId: CART, classId: CM1 }, carts))).toEqual([1, 2, 3]);
    expect(bays(devicesForLesson({ cartId: CART, classId: CP }, carts))).toEqual([4, 5, 6]);
    expect(bays(devicesForLesson({ classId: CP }, carts))).toEqual([4, 5, 6]);
    expect(bays(devicesForLesson({ classId: CM1 }, carts))).toEqual([]);
    expect(bays(devicesAway({ classId: CM1 }, carts))).toEqual([4, 5, 6]);
    expect(bays(devicesAway({ classId: CP }, carts))).toEqual([]);
  });

  it('are all the lender’s again at the hour', () => {
    const carts = [cart('10:31')];
    expect(bays(devicesForLesson({ cartId: CART, classId: CM1 }, carts))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(bays(devicesForLesson({ classId: CP }, carts))).toEqual([]);
    expect(lentNow(carts[0]?.loans ?? []).size).toBe(0);
  });

  it('lent to an activity are those of a lesson without a class that chose the cart', () => {
    const loans = states([lent({ to: { kind: 'activity', name: 'Étude' } })], '09:30');
    const carts = [{ ...cart('09:30'), loans }];
    expect(bays(devicesForLesson({ cartId: CART }, carts))).toEqual([4, 5, 6]);
    expect(bays(devicesForLesson({}, carts))).toEqual([]);
    expect(bays(devicesForLesson({ cartId: CART, classId: CM1 }, carts))).toEqual([1, 2, 3]);
  });
});
