import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ID_BYTES, idFrom, isId, opaque, opaqueOf } from './id';

describe('identifiers', () => {
  it('are a prefix and 13 base32 characters', () => {
    expect(idFrom('pupil', new Uint8Array(9))).toBe('pupil_aaaaaaaaaaaaa');
    expect(idFrom('pupil', new Uint8Array(9).fill(255))).toBe('pupil_7777777777777');
  });
  it('use all 65 bits and only them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: ID_BYTES, maxLength: 32 }), (bytes) => {
        const value = opaque(bytes);
        expect(value).toMatch(/^[a-z2-7]{13}$/);
        const changed = Uint8Array.from(bytes);
        changed[0] = (changed[0] ?? 0) ^ 0x80;
        expect(opaque(changed)).not.toBe(value);
      }),
    );
  });
  it('refuse what is not theirs', () => {
    expect(isId('pupil_aaaaaaaaaaaaa', 'class')).toBe(false);
    expect(isId('pupil_AAAAAAAAAAAAA')).toBe(false);
    expect(isId('nobody_aaaaaaaaaaaaa')).toBe(false);
    expect(opaqueOf('pupil_aaaaaaaaaaaab')).toBe('aaaaaaaaaaaab');
    expect(() => opaque(new Uint8Array(8))).toThrow(RangeError);
  });
});
