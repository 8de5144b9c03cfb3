import { expect, it } from 'vitest';
import { boxOf } from './box-of';

const first = { firstBay: 1 };
const second = { firstBay: 9 };

it('gives each place of a cart to one of its boxes, in whatever order they were written down', () => {
  for (const boxes of [
    [first, second],
    [second, first],
  ]) {
    expect([1, 8].map((bay) => boxOf(boxes, bay))).toEqual([first, first]);
    expect([9, 15].map((bay) => boxOf(boxes, bay))).toEqual([second, second]);
  }
  expect(boxOf([second], 3)).toBeUndefined();
});
