import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundTo, LIFE_STATES, lifeState, pairedWith, type PairingFact, type StateFact } from './life-cycle';

const id = (n: number) => `event_${String(n).padStart(13, 'a')}` as const;
const state = (n: number, value: StateFact['state'], replaces: number[] = []): StateFact => ({
  id: id(n),
  kind: 'state',
  subject: 'device_aaaaaaaaaaaaa',
  at: `2026-11-${String((n % 28) + 1).padStart(2, '0')}T08:00:00.000Z`,
  by: 'staff_aaaaaaaaaaaaa',
  replaces: replaces.map(id),
  state: value,
});
const pairing = (n: number, device: PairingFact['device'], replaces: number[] = []): PairingFact => ({
  id: id(n),
  kind: 'pairing',
  subject: 'accessory_aaaaaaaaaaaaa',
  at: '2026-11-01T08:00:00.000Z',
  by: 'staff_aaaaaaaaaaaaa',
  replaces: replaces.map(id),
  device,
});

describe('the state of a thing', () => {
  it('is in service until somebody says otherwise, and what replaces wins whatever the clocks say', () => {
    expect(lifeState([])).toEqual({ value: 'inService', since: undefined, alsoSaid: [] });
    expect(lifeState([state(9, 'inRepair'), state(2, 'inService', [9])]).value).toBe('inService');
  });

  it('is the least promising of two postes that were apart, and both are told', () => {
    const apart = [state(1, 'inService'), state(2, 'missing', [1]), state(3, 'inRepair', [1])];
    expect(lifeState(apart)).toMatchObject({ value: 'missing', alsoSaid: ['inRepair'] });
  });

  it('does not depend on the order in which facts arrive', () => {
    const facts = fc.uniqueArray(
      fc.record({
        n: fc.nat(30),
        value: fc.constantFrom(...LIFE_STATES),
        replaces: fc.array(fc.nat(30), { maxLength: 3 }),
      }),
      { selector: (each) => each.n, maxLength: 12 },
    );
    fc.assert(
      fc.property(facts, fc.infiniteStream(fc.nat()), (made, noise) => {
        const all = made.map((each) => state(each.n, each.value, each.replaces));
        const shuffled = [...all]
          .map((fact) => ({ fact, key: noise.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map((each) => each.fact);
        const one = lifeState(all);
        const other = lifeState(shuffled);
        expect(other.value).toBe(one.value);
        expect(other.since).toBe(one.since);
        expect([...other.alsoSaid].sort()).toEqual([...one.alsoSaid].sort());
      }),
    );
  });
});

describe('what an accessory goes with', () => {
  const seven = 'device_ggggggggggggg';
  const eight = 'device_hhhhhhhhhhhhh';
  it('follows pairing and unpairing', () => {
    expect(pairedWith([]).value).toBeNull();
    expect(pairedWith([pairing(1, seven)]).value).toBe(seven);
    expect(pairedWith([pairing(1, seven), pairing(2, null, [1])]).value).toBeNull();
    expect(pairedWith([pairing(1, seven), pairing(2, null, [1]), pairing(3, eight, [2])]).value).toBe(eight);
  });
  it('tells both when two people paired it apart', () => {
    const told = pairedWith([pairing(1, seven), pairing(2, eight)]);
    expect([told.value, ...told.alsoSaid].sort()).toEqual([seven, eight]);
  });
});

describe('what an accessory stays with', () => {
  const seven = 'device_ggggggggggggg';
  const place = { cart: 'cart_aaaaaaaaaaaaa', bay: 5 } as const;
  const inPlace = (n: number, replaces: number[] = []): PairingFact => ({
    ...pairing(n, null, replaces),
    place,
  });
  const withPoste = (n: number, replaces: number[] = []): PairingFact => ({
    ...pairing(n, null, replaces),
    poste: 'poste_aaaaaaaaaaaaa',
  });

  it('is a device, a place of a cart, a poste or nothing, with the fact that says so', () => {
    expect(boundTo([])).toEqual({ value: null, fact: undefined, alsoSaid: 0 });
    expect(boundTo([pairing(1, seven)]).value).toEqual({ kind: 'device', device: seven });
    const moved = [pairing(1, seven), inPlace(2, [1])];
    expect(boundTo(moved)).toMatchObject({ value: { kind: 'bay', ...place }, fact: { id: id(2) } });
    expect(boundTo([...moved, withPoste(3, [2])]).value).toEqual({
      kind: 'poste',
      poste: 'poste_aaaaaaaaaaaaa',
    });
    expect(boundTo([...moved, pairing(3, null, [2])]).value).toBeNull();
  });

  it('is told as disputed where two postes were apart, and every poste believes the same', () => {
    const facts = [inPlace(1), withPoste(2), pairing(3, seven), pairing(4, null)];
    const { value, alsoSaid } = boundTo(facts);
    expect(value).not.toBeNull();
    expect(alsoSaid).toBe(3);
    fc.assert(
      fc.property(fc.shuffledSubarray(facts, { minLength: facts.length }), (order) => {
        expect(boundTo(order).value).toEqual(value);
      }),
    );
    expect(boundTo([inPlace(1), inPlace(2)]).alsoSaid).toBe(0);
  });
});
