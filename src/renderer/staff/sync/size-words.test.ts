import { describe, expect, it } from 'vitest';
import { sizeParts } from './size-words';

describe('sizes as a person reads them', () => {
  it.each([
    [0, 'none', 0],
    [1, 'kilo', 1],
    [900, 'kilo', 1],
    [96_400, 'kilo', 96],
    [2_100_000, 'mega', 2.1],
    [48_000_000, 'mega', 48],
    [3_200_000_000, 'giga', 3.2],
  ])('%i bytes', (bytes, key, n) => {
    expect(sizeParts(bytes)).toEqual({ key, n });
  });
});
