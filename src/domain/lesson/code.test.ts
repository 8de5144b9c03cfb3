import { describe, expect, it } from 'vitest';
import { codeFrom, CODE_LENGTH, CODE_LETTERS, tidyCode } from './code';
import { afterWrong, NO_TRIES, secondsToWait } from '../device/tries';
import { sameLabel } from '../device/device';

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
