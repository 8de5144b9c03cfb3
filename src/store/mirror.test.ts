import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Mirror, type StoredRow } from './mirror';

const hash = (n: number): string => n.toString(16).padStart(32, '0');
const row = (id: string, rev: string, over: Partial<StoredRow> = {}): StoredRow => ({
  b: { _id: id, type: 'plan', v: 1, rev },
  _rev: rev,
  ...over,
});

describe('Mirror', () => {
  it('shows the same winner and the same conflicts whatever the order of arrival', () => {
    const leaf = fc.record({
      generation: fc.integer({ min: 1, max: 12 }),
      hash: fc.nat(50),
      deleted: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc
          .uniqueArray(leaf, {
            minLength: 1,
            maxLength: 6,
            selector: (one) => `${one.generation}-${one.hash}`,
          })
          .chain((leaves) =>
            fc.tuple(fc.constant(leaves), fc.shuffledSubarray(leaves, { minLength: leaves.length })),
          ),
        ([leaves, shuffled]) => {
          const [one, other] = [leaves, shuffled].map((order) => {
            const mirror = new Mirror();
            order.forEach(({ generation, hash: n, deleted }, index) =>
              mirror.put(index + 1, row('a', `${generation}-${hash(n)}`, { _deleted: deleted })),
            );
            return mirror.held('a');
          });
          expect(other).toEqual(one);
          const living = leaves.filter((found) => !found.deleted);
          const best = Math.max(...living.map((found) => found.generation));
          expect(one?.rev.split('-')[0]).toBe(living.length > 0 ? String(best) : undefined);
          expect(one?.conflicts.length ?? 0).toBe(Math.max(0, living.length - 1));
        },
      ),
    );
  });

  it('compares generations as numbers', () => {
    const mirror = new Mirror();
    mirror.put(1, row('a', `9-${hash(1)}`));
    mirror.put(2, row('a', `10-${hash(0)}`));
    expect(mirror.held('a')?.rev).toMatch(/^10-/);
  });

  it('lists by type and id, keeps the list until something changes, and freezes what it hands out', () => {
    const mirror = new Mirror();
    mirror.put(1, row('b', `1-${hash(1)}`));
    mirror.put(2, row('a', `1-${hash(2)}`));
    const list = mirror.all('plan');
    expect(list.map((held) => held.body._id)).toEqual(['a', 'b']);
    expect(mirror.all('plan')).toBe(list);
    expect(() => Object.assign(list[0]?.body ?? {}, { text: 'changed' })).toThrow(TypeError);
    mirror.put(3, row('b', `2-${hash(3)}`, { _deleted: true }));
    mirror.drop(1);
    expect(mirror.all('plan').map((held) => held.body._id)).toEqual(['a']);
    expect(mirror.since(0, 10).map((leaf) => leaf.seq)).toEqual([2, 3]);
    expect(mirror.since(2, 10).map((leaf) => leaf.seq)).toEqual([3]);
    expect(mirror.all('nothing')).toEqual([]);
  });
});
