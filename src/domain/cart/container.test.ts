import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxesOf, notUndone, partsOf, roomsOf, split, type CartEvent } from './container';

describe('a container', () => {
  it('has its places in one box, or in the boxes of a pack', () => {
    expect(boxesOf({ bays: 3 })).toEqual([[1, 2, 3]]);
    expect(boxesOf({ bays: 5, boxes: [3, 2] })).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    // Another poste made it bigger meanwhile: boxes that do not add up are one.
    expect(boxesOf({ bays: 6, boxes: [3, 2] })).toEqual([[1, 2, 3, 4, 5, 6]]);
    expect(split(15, 2)).toEqual([8, 7]);
  });

  it('is lent by boxes where it has several, else by halves; one place has no half', () => {
    expect(partsOf({ bays: 12, boxes: [8, 4] }).map((part) => part.length)).toEqual([8, 4]);
    expect(partsOf({ bays: 3 })).toEqual([[1, 2], [3]]);
    expect(partsOf({ bays: 1 })).toEqual([]);
  });

  it('shares every place once, whatever its size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 3 }), (bays, count) => {
        const boxes = split(bays, Math.min(count, bays));
        const all = Array.from({ length: bays }, (_, at) => at + 1);
        expect(boxesOf({ bays, boxes }).flat()).toEqual(all);
        if (bays > 1) expect(partsOf({ bays, boxes }).flat()).toEqual(all);
      }),
    );
  });
});

const moved = (id: string, room: string, at: string, replaces: string[] = []): CartEvent => ({
  kind: 'moved',
  id,
  room,
  at,
  by: 'staff_a',
  replaces,
});
const undone = (id: string, voids: string): CartEvent => ({
  kind: 'undone',
  id,
  voids,
  at: '2026-11-23T12:00:00.000Z',
  by: 'staff_a',
  replaces: [],
});

describe('the room of a cart', () => {
  const first = moved('e1', 'Salle 1', '2026-11-23T08:00:00.000Z');
  const second = moved('e2', 'Salle 2', '2026-11-23T09:00:00.000Z', ['e1']);

  it('is what was said last, knowing the others', () => {
    expect(roomsOf([]).length).toBe(0);
    expect(roomsOf([second, first]).map(({ name }) => name)).toEqual(['Salle 2']);
  });
  it('is both where two postes moved it apart, until somebody says', () => {
    const apart = moved('e3', 'Réserve', '2026-11-23T08:30:00.000Z', ['e1']);
    expect(roomsOf([first, second, apart]).map(({ name }) => name)).toEqual(['Salle 2', 'Réserve']);
    const settled = moved('e4', 'Réserve', '2026-11-23T10:00:00.000Z', ['e2', 'e3']);
    expect(roomsOf([first, second, apart, settled]).map(({ name }) => name)).toEqual(['Réserve']);
  });
  it('is the former one when the move is taken back, and the move again when that is', () => {
    expect(roomsOf([first, second, undone('u1', 'e2')]).map(({ name }) => name)).toEqual(['Salle 1']);
    expect(roomsOf([first, second, undone('u1', 'e2'), undone('u2', 'u1')]).map(({ name }) => name)).toEqual([
      'Salle 2',
    ]);
  });
  it('is found the same in any order, and facts that name one another do not hold it up', () => {
    const ids = ['e1', 'e2', 'e3', 'e4', 'e5', 'e6'];
    const event = fc.record({
      kind: fc.constantFrom('moved' as const, 'undone' as const),
      id: fc.constantFrom(...ids),
      other: fc.constantFrom(...ids),
      room: fc.constantFrom('A', 'B', 'C'),
    });
    fc.assert(
      fc.property(
        fc
          .uniqueArray(event, { selector: ({ id }) => id })
          .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const events = (some: typeof all): CartEvent[] =>
            some.map(({ kind, id, other, room }) =>
              kind === 'moved' ? moved(id, room, '2026-11-23T08:00:00.000Z', [other]) : undone(id, other),
            );
          expect(roomsOf(events(shuffled))).toEqual(roomsOf(events(all)));
          expect(notUndone(events(all)).length).toBeLessThanOrEqual(all.length);
        },
      ),
    );
  });
});
