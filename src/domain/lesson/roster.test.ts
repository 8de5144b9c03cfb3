import { describe, expect, it } from 'vitest';
import { codeFrom, CODE_LENGTH, CODE_LETTERS, tidyCode } from './code';
import { displayNames } from './roster';
import { afterWrong, NO_TRIES, secondsToWait } from '../device/tries';
import { sameLabel } from '../device/device';

const name = (n: number, first: string, family: string) =>
  ({ id: `pupil_${'abcdefgh'.charAt(n).repeat(13)}`, first, family }) as const;

describe('first names', () => {
  it('adds an initial only where two share one, and letters until they differ', () => {
    const names = [
      name(0, 'Léa', 'Bernard'),
      name(1, 'Lea', 'Bertin'),
      name(2, 'Léa', 'Costa'),
      name(3, 'Hugo', 'Bernard'),
    ];
    expect([...displayNames(names).values()].sort()).toEqual(
      ['Hugo', 'Lea Bert.', 'Léa Bern.', 'Léa C.'].sort(),
    );
  });
});

describe('the code of the lesson', () => {
  it('has letters a child does not confuse, and is compared as typed', () => {
    const code = codeFrom(Uint8Array.from({ length: 16 }, (_, n) => n * 17));
    expect(code).toHaveLength(CODE_LENGTH);
    expect([...code].every((letter) => CODE_LETTERS.includes(letter))).toBe(true);
    expect(tidyCode(` ${code.slice(0, 2).toLowerCase()}-${code.slice(2)}`)).toBe(code);
  });
});

describe('tries', () => {
  it('cost time after the third, never more than half a minute, never for ever', () => {
    let tries = NO_TRIES;
    for (let n = 0; n < 2; n += 1) tries = afterWrong(tries, 0);
    expect(secondsToWait(tries, 0)).toBe(0);
    tries = afterWrong(tries, 0);
    expect(secondsToWait(tries, 0)).toBe(2);
    for (let n = 0; n < 50; n += 1) tries = afterWrong(tries, 0);
    expect(secondsToWait(tries, 0)).toBe(30);
    expect(secondsToWait(tries, 30_000)).toBe(0);
  });
});

describe('labels', () => {
  it('are the same as people read them', () => {
    expect(sameLabel(' tablette  07', 'Tablette 7')).toBe(true);
    expect(sameLabel('Tablette 70', 'Tablette 7')).toBe(false);
  });
});
