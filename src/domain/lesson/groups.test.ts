import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawGroups, groupsByLevel, putInGroup } from './groups';
import {
  arrange,
  inRoomOrder,
  LAYOUTS,
  moveTo,
  ROOM_HEIGHT,
  ROOM_WIDTH,
  type Level,
  type Member,
} from './plan';
import { nextTurn } from './room';
import { workshopOf } from './workshops';

const member = (n: number): Member =>
  `pupil_${String.fromCharCode(97 + (n % 26)).repeat(12)}${'ab'[n > 25 ? 1 : 0]}`;
const members = (n: number): Member[] => Array.from({ length: n }, (_, at) => member(at));

describe('groups by chance', () => {
  it('are of nearly the same size, hold everybody once, and are the same for the same seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(),
        (n, count, seed) => {
          const draw = { members: members(n), count, apart: [], seed };
          const { groups } = drawGroups(draw);
          expect(groups).toHaveLength(count);
          expect(groups.flat().sort()).toEqual(members(n).sort());
          const sizes = groups.map((group) => group.length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
          expect(drawGroups(draw)).toEqual(drawGroups(draw));
        },
      ),
    );
  });

  it('keep named pairs apart wherever there are more groups than one has pairs', () => {
    // Hajnal and Szemerédi: equal groups without a clash exist as soon as there are more groups than anybody has foes.
    const pairs = fc.uniqueArray(fc.tuple(fc.nat({ max: 23 }), fc.nat({ max: 23 })), { maxLength: 12 });
    fc.assert(
      fc.property(pairs, fc.integer({ min: 2, max: 6 }), fc.nat(), (raw, count, seed) => {
        const degree = new Map<number, number>();
        const apart: [Member, Member][] = [];
        for (const [a, b] of raw) {
          const most = Math.max(degree.get(a) ?? 0, degree.get(b) ?? 0);
          if (a === b || most + 1 > count - 1) continue;
          degree.set(a, (degree.get(a) ?? 0) + 1);
          degree.set(b, (degree.get(b) ?? 0) + 1);
          apart.push([member(a), member(b)]);
        }
        const { groups, together } = drawGroups({ members: members(24), count, apart, seed });
        expect(together).toEqual([]);
        for (const [a, b] of apart)
          expect(groups.some((group) => group.includes(a) && group.includes(b))).toBe(false);
      }),
    );
  });

  it('say which pair no draw could separate', () => {
    const [a, b, c] = members(3) as [Member, Member, Member];
    const apart: [Member, Member][] = [
      [a, b],
      [b, c],
      [a, c],
    ];
    expect(drawGroups({ members: [a, b, c], count: 2, apart, seed: 1 }).together).toHaveLength(1);
  });

  it('spread levels: no group has two more of one level than another', () => {
    const level = fc.constantFrom<Level>(1, 2, 3, 4);
    fc.assert(
      fc.property(
        fc.array(level, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(),
        (all, count, seed) => {
          const levels = Object.fromEntries(all.map((one, at) => [member(at), one]));
          const { groups } = drawGroups({ members: members(all.length), count, apart: [], levels, seed });
          for (const one of [1, 2, 3, 4]) {
            const of = groups.map((group) => group.filter((who) => levels[who] === one).length);
            expect(Math.max(...of) - Math.min(...of)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });
});

describe('groups by hand and by level', () => {
  it('put a child in one group at a time', () => {
    const groups = [
      { id: 'a', name: 'A', members: [member(0)] },
      { id: 'b', name: 'B', members: [] },
    ];
    expect(putInGroup(groups, member(0), 'b').map((group) => group.members)).toEqual([[], [member(0)]]);
    expect(putInGroup(groups, member(0), undefined).flatMap((group) => group.members)).toEqual([]);
  });
  it('leave out whom the teacher gave no level', () => {
    const levels = { [member(0)]: 2, [member(2)]: 1 } as const;
    expect(groupsByLevel(members(3), levels)).toEqual([
      { level: 1, members: [member(2)] },
      { level: 2, members: [member(0)] },
    ]);
  });
});

describe('« Au suivant »', () => {
  it('takes every group to every workshop, and no two to one while there are enough', () => {
    const groups = ['a', 'b', 'c'].map((id) => ({ id, name: id, members: [] }));
    const workshops = ['1', '2', '3'].map((id) => ({ id, name: id }));
    for (const { id } of groups)
      expect(new Set([0, 1, 2].map((turn) => workshopOf(groups, workshops, id, turn)?.id)).size).toBe(3);
    for (const turn of [0, 1, 2, 3])
      expect(new Set(groups.map(({ id }) => workshopOf(groups, workshops, id, turn)?.id)).size).toBe(3);
    expect(workshopOf(groups, [], 'a', 0)).toBeUndefined();
  });
  it('on a shared device comes back to the first', () => {
    expect([undefined, 1, 2, 3].map((turn) => nextTurn(3, turn))).toEqual([1, 2, 3, 1]);
  });
});

describe('the map of the room', () => {
  it('places a class without two on one square, whatever the figure', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LAYOUTS), fc.integer({ min: 0, max: 45 }), (layout, n) => {
        const places = arrange(members(n), layout);
        expect(places).toHaveLength(n);
        expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(n);
        for (const { x, y } of places) {
          expect(x >= 0 && x < ROOM_WIDTH).toBe(true);
          expect(y >= 0 && y < ROOM_HEIGHT).toBe(true);
        }
      }),
    );
  });
  it('gives the devices in the order in which one reads the room, and loses none', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LAYOUTS),
        fc.shuffledSubarray(members(28)),
        fc.integer({ min: 0, max: 28 }),
        (layout, here, placed) => {
          const places = arrange(members(placed), layout);
          const seats = here.map((one, n) => ({
            key: `visitor-${n + 1}` as const,
            pupils: [{ id: one as `pupil_${string}` }],
          }));
          const ordered = inRoomOrder(seats, places);
          expect([...ordered].sort((a, b) => seats.indexOf(a) - seats.indexOf(b))).toEqual(seats);
          const squares = ordered.map(({ pupils: [pupil] }) => {
            const place = places.find((one) => one.member === pupil?.id);
            return place ? place.y * ROOM_WIDTH + place.x : Infinity;
          });
          for (const [n, square] of squares.entries())
            if (n > 0) expect(squares[n - 1]).toBeLessThanOrEqual(square);
          // Who has no place keeps to the order there was.
          const rest = ordered.filter((_, n) => squares[n] === Infinity).map((one) => seats.indexOf(one));
          expect(rest).toEqual([...rest].sort((a, b) => a - b));
        },
      ),
    );
  });
  it('seats two who share where the first of them has a place', () => {
    const [a, b, c] = members(3) as `pupil_${string}`[];
    if (!a || !b || !c) throw new Error('three');
    const pair = { key: 'visitor-1' as const, pupils: [{ id: c }, { id: a }] };
    const alone = { key: 'visitor-2' as const, pupils: [{ id: b }] };
    expect(inRoomOrder([alone, pair], arrange([a, b, c], 'rows'))).toEqual([pair, alone]);
  });
  it('exchanges two who meet on a square', () => {
    const places = arrange(members(2), 'rows');
    const [a, b] = places;
    if (!a || !b) throw new Error('two');
    const moved = moveTo(places, a.member, b);
    expect(moved.find((place) => place.member === b.member)).toMatchObject({ x: a.x, y: a.y });
    expect(moved.find((place) => place.member === a.member)).toMatchObject({ x: b.x, y: b.y });
  });
});
