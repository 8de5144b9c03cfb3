import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRecoveryCode, GROUPS, parseRecoveryCode, RECOVERY_BYTES } from './recovery-code';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const code = () =>
  fc.uint8Array({ minLength: RECOVERY_BYTES, maxLength: RECOVERY_BYTES }).map(formatRecoveryCode);
const wrongGroup = (typed: string): unknown => {
  try {
    parseRecoveryCode(typed);
  } catch (error) {
    return (error as { params: Record<string, unknown> }).params['group'];
  }
  return undefined;
};

describe('recovery code', () => {
  it('has a known form', () => {
    expect(formatRecoveryCode(new Uint8Array(RECOVERY_BYTES))).toMatch(/^00001-00002-/);
    expect(formatRecoveryCode(new Uint8Array(RECOVERY_BYTES))).toHaveLength(47);
  });

  it('reads back what it printed, however it is typed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: RECOVERY_BYTES, maxLength: RECOVERY_BYTES }), (bytes) => {
        const printed = formatRecoveryCode(bytes);
        const typed = printed.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
        expect(parseRecoveryCode(typed)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('finds any one wrong character, in its group', () => {
    fc.assert(
      fc.property(code(), fc.nat(39), fc.integer({ min: 1, max: 31 }), (printed, place, shift) => {
        const at = place + Math.floor(place / 5);
        const other = ALPHABET.charAt((ALPHABET.indexOf(printed.charAt(at)) + shift) % 32);
        expect(wrongGroup(printed.slice(0, at) + other + printed.slice(at + 1))).toBe(
          Math.floor(place / 5) + 1,
        );
      }),
    );
  });

  it('finds two exchanged neighbours, and two exchanged groups', () => {
    fc.assert(
      fc.property(
        code(),
        fc.nat(GROUPS - 1),
        fc.nat(3),
        fc.nat(GROUPS - 1),
        (printed, group, place, other) => {
          const groups = printed.split('-');
          const one = groups[group] ?? '';
          const [a, b] = [one.charAt(place), one.charAt(place + 1)];
          if (a !== b) {
            const swapped = groups.with(group, one.slice(0, place) + b + a + one.slice(place + 2)).join('-');
            expect(wrongGroup(swapped)).toBe(group + 1);
          }
          if (other === group) return;
          const moved = groups
            .with(group, groups[other] ?? '')
            .with(other, one)
            .join('-');
          expect(wrongGroup(moved)).toBe(Math.min(group, other) + 1);
        },
      ),
    );
  });

  it('says when a code is too short', () => {
    expect(wrongGroup('00001-00002')).toBe(0);
    expect(wrongGroup('')).toBe(0);
  });
});
