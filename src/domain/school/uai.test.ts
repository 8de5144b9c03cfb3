import { describe, expect, it } from 'vitest';
import { checkUai } from './uai';

describe('UAI', () => {
  it.each(['0951099D', '0870003F', '0752550P', '0400740M', '0690078K'])('takes %s', (uai) => {
    expect(checkUai(uai)).toBe(uai);
  });
  it('forgives what a hand types', () => {
    expect(checkUai(' 0951099 d ')).toBe('0951099D');
  });
  it.each(['0951099E', '951099D', '0951099', '', '0951099DD', '٠٩٥١٠٩٩D'])('refuses %s', (uai) => {
    expect(checkUai(uai)).toBeUndefined();
  });
});
