import type { PouchRow } from 'pouchdb-core';
import { describe, expect, it } from 'vitest';
import { WriteQueue } from './write-queue';

const row = (id: string): PouchRow => ({ _id: id, _rev: '1-a' });

describe('WriteQueue', () => {
  it('groups what waits, keeps the order, and never puts a document twice in a group', async () => {
    const batches: string[][] = [];
    const queue = new WriteQueue(async (rows) => void batches.push(rows.map((one) => one._id)));
    const order: string[] = [];
    const write = (id: string) =>
      queue.write(
        [id],
        () => [row(id)],
        () => order.push(id),
      );
    await Promise.all([write('a'), write('b'), write('a'), write('c')]);
    expect(batches).toEqual([
      ['a', 'b'],
      ['a', 'c'],
    ]);
    expect(order).toEqual(['a', 'b', 'a', 'c']);
  });

  it('refuses one write without harm to its group, and fails a whole group together', async () => {
    let full = false;
    const queue = new WriteQueue(() => (full ? Promise.reject(new Error('full')) : Promise.resolve()));
    const refuse = () => {
      throw new Error('refused');
    };
    const settled = await Promise.allSettled([
      queue.write(
        ['a'],
        () => [row('a')],
        () => 1,
      ),
      queue.write(['b'], refuse, () => 2),
      queue.exclusive(async () => 3),
    ]);
    expect(settled.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    full = true;
    await expect(
      queue.write(
        ['a'],
        () => [row('a')],
        () => 1,
      ),
    ).rejects.toThrow('full');
    full = false;
    await expect(
      queue.write(
        ['a'],
        () => [row('a')],
        () => 1,
      ),
    ).resolves.toBe(1);
    await queue.idle();
  });
});
