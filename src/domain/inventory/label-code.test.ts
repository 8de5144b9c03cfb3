import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODE_LETTERS, formatCode, makeCode, readCode } from './label-code';
import { otherLayout } from './scanner';

const code = fc.uint8Array({ minLength: 4, maxLength: 4 }).map(makeCode);

describe("a label's code", () => {
  it('is read back however it was typed', () => {
    fc.assert(
      fc.property(code, (made) => {
        expect(readCode(made)).toBe(made);
        expect(readCode(` ${formatCode(made).toLowerCase()} `)).toBe(made);
        expect(readCode(formatCode(made).replace('-', ' '))).toBe(made);
      }),
    );
  });

  it('is the same on a scanner set to an American keyboard', () => {
    fc.assert(
      fc.property(code, (made) => {
        expect(otherLayout(made)).toBe(made);
      }),
    );
  });

  it('shows any single wrong letter', () => {
    fc.assert(
      fc.property(code, fc.nat(7), fc.nat(15), (made, at, letter) => {
        const other = CODE_LETTERS.charAt(letter);
        fc.pre(made.charAt(at) !== other);
        expect(readCode(made.slice(0, at) + other + made.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  it('is not found in just any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const found = readCode(text);
        if (found !== undefined) expect(found).toMatch(/^[BCDFGHJKNPRSTVXY]{8}$/);
      }),
    );
  });
});
