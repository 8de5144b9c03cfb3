import { describe, expect, it } from 'vitest';
import { mostTelling } from './most-telling';

const cart = (name: string, ready: number, probable = 0, out = 0, total = 15) => ({
  name,
  out,
  summary: { ready, probable, total },
});

describe('the cart to speak of first', () => {
  it('is the one whose tablets are out, else the one with most of them ready; never an empty one', () => {
    const [full, half, away, empty] = [
      cart('a', 3, 11),
      cart('b', 8),
      cart('c', 0, 0, 2),
      cart('d', 0, 0, 0, 0),
    ];
    expect(mostTelling([half, full, empty])?.name).toBe('a');
    expect(mostTelling([half, full, away])?.name).toBe('c');
    expect(mostTelling([empty])).toBeUndefined();
  });
});
