import { describe, expect, it } from 'vitest';
import { momentParts } from './moment-words';

const at = (day: number, hour: number, minute = 0): number => new Date(2026, 10, day, hour, minute).getTime();
const key = (when: number, now: number): string => momentParts(new Date(when).toISOString(), now, 'fr').key;

describe('moments as one says them at school', () => {
  it('knows the night that has just ended', () => {
    expect(key(at(22, 23, 12), at(23, 8))).toBe('night');
    expect(key(at(23, 3), at(23, 8))).toBe('night');
    expect(key(at(22, 16), at(23, 8))).toBe('yesterday');
    expect(key(at(23, 7), at(23, 8))).toBe('today');
    expect(key(at(23, 8), at(23, 8, 1))).toBe('now');
    expect(key(at(20, 23), at(23, 8))).toBe('day');
  });
  it('writes the hour as French does', () => {
    expect(momentParts(new Date(at(22, 16, 5)).toISOString(), at(23, 8), 'fr').time).toBe(
      '16\u00a0h\u00a005',
    );
    expect(momentParts(new Date(at(22, 16, 5)).toISOString(), at(23, 8), 'en').time).toBe('16:05');
  });
});
