import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GRADES } from '../people/person';
import { isLittle, spread, type SpreadHost, type SpreadPupil } from './spread';

const grade = fc.constantFrom(...GRADES);
const pupils = fc
  .array(fc.option(grade, { nil: undefined }), { maxLength: 35 })
  .map((all) =>
    all.map((one, at): SpreadPupil => ({ id: `pupil-${String(at).padStart(2, '0')}`, grade: one })),
  );
const hosts = fc
  .array(fc.record({ grades: fc.array(grade, { maxLength: 3 }), size: fc.integer({ min: 0, max: 30 }) }), {
    minLength: 1,
    maxLength: 9,
  })
  .map((all) => all.map((one, at): SpreadHost => ({ ...one, id: `host-${at}` })));
const sizesAfter = (order: { hosts: readonly SpreadHost[] }, places: ReadonlyMap<string, string>): number[] =>
  order.hosts.map(({ id, size }) => size + [...places.values()].filter((place) => place === id).length);

describe('a class over the others', () => {
  it('places everybody once, in a class that hosts, the same on every computer', () => {
    fc.assert(
      fc.property(pupils, hosts, fc.integer(), (children, rooms, seed) => {
        const places = spread({ pupils: children, hosts: rooms });
        expect([...places.keys()].sort()).toEqual(children.map(({ id }) => id).sort());
        for (const place of places.values()) expect(rooms.some(({ id }) => id === place)).toBe(true);
        const turned = <T>(list: readonly T[]): T[] => (seed % 2 === 0 ? [...list].reverse() : [...list]);
        const again = spread({ pupils: turned(children), hosts: turned(rooms) });
        expect([...again].sort()).toEqual([...places].sort());
      }),
      { numRuns: 60 },
    );
  });
  it('moves nobody whom a person has placed', () => {
    fc.assert(
      fc.property(pupils, hosts, fc.array(fc.nat(8), { maxLength: 35 }), (children, rooms, where) => {
        const placed = new Map(
          children.flatMap(({ id }, at) => {
            const host = rooms[where[at] ?? rooms.length];
            return host ? [[id, host.id] as const] : [];
          }),
        );
        const places = spread({ pupils: children, hosts: rooms, placed });
        for (const [id, host] of placed) expect(places.get(id)).toBe(host);
      }),
      { numRuns: 60 },
    );
  });
  it('says nothing where no class hosts', () => {
    expect(spread({ pupils: [{ id: 'a' }], hosts: [] })).toEqual(new Map());
  });
  it('28 children over nine classes of one size: three or four in each', () => {
    const order = {
      pupils: Array.from({ length: 28 }, (_, at) => ({ id: `p${at}`, grade: 'CM1' as const })),
      hosts: Array.from({ length: 9 }, (_, at) => ({ id: `h${at}`, grades: ['CM1' as const], size: 24 })),
    };
    expect(sizesAfter(order, spread(order)).sort()).toEqual([27, 27, 27, 27, 27, 27, 27, 27, 28]);
  });
  it('fills the small classes first', () => {
    const order = {
      pupils: Array.from({ length: 10 }, (_, at) => ({ id: `p${at}` })),
      hosts: [
        { id: 'a', grades: [], size: 28 },
        { id: 'b', grades: [], size: 18 },
        { id: 'c', grades: [], size: 22 },
      ],
    };
    const after = sizesAfter(order, spread(order));
    expect(after).toEqual([28, 25, 25]);
  });
  it('a child of CM2 rather goes to CM1 than to the little ones, at the same size', () => {
    const places = spread({
      pupils: [{ id: 'p', grade: 'CM2' }],
      hosts: [
        { id: 'a', grades: ['PS'], size: 20 },
        { id: 'b', grades: ['CM1'], size: 20 },
      ],
    });
    expect(places.get('p')).toBe('b');
  });
  it('a little one goes where a brother is, and never alone where somebody else could come along', () => {
    const little = Array.from({ length: 6 }, (_, at) => ({ id: `p${at}`, grade: 'PS' as const }));
    const rooms = ['a', 'b', 'c', 'd'].map((id) => ({ id, grades: ['MS' as const], size: 20 }));
    const places = spread({ pupils: little, hosts: rooms });
    for (const { id } of rooms)
      expect([...places.values()].filter((place) => place === id).length).not.toBe(1);
    expect(little.every(isLittle)).toBe(true);
    const withBrother = spread({ pupils: [{ id: 'p', grade: 'CE1', siblingsIn: ['d'] }], hosts: rooms });
    expect(withBrother.get('p')).toBe('d');
  });
  it('keeps two apart, as long as there are two classes', () => {
    fc.assert(
      fc.property(pupils, hosts, fc.nat(34), fc.nat(34), (children, rooms, a, b) => {
        const [one, other] = [children[a], children[b]];
        fc.pre(one !== undefined && other !== undefined && one.id !== other.id && rooms.length > 1);
        const places = spread({ pupils: children, hosts: rooms, apart: [[one.id, other.id]] });
        expect(places.get(one.id)).not.toBe(places.get(other.id));
      }),
      { numRuns: 60 },
    );
  });
});
