import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstNamesIn } from './first-names';

describe('first names pasted by a teacher', () => {
  it('reads a column, a line or a numbered list', () => {
    expect(firstNamesIn('Léa\nNoé\r\nInès')).toEqual(['Léa', 'Noé', 'Inès']);
    expect(firstNamesIn('Léa, Noé; Inès\tTom')).toEqual(['Léa', 'Noé', 'Inès', 'Tom']);
    expect(firstNamesIn('1. Léa\n2) Noé\n • Marie-Apolline\n- Tom')).toEqual([
      'Léa',
      'Noé',
      'Marie-Apolline',
      'Tom',
    ]);
  });
  it('keeps two children of the same name and nothing that is no name', () => {
    expect(firstNamesIn('Léa\nLéa\n\n  \n12\n')).toEqual(['Léa', 'Léa']);
  });
  it('never gives something empty, long or with a control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (pasted) => {
        for (const name of firstNamesIn(pasted)) {
          expect(name.length).toBeGreaterThan(0);
          expect(name.length).toBeLessThanOrEqual(40);
          expect(name).not.toMatch(/[\u0000-\u001f<>]/);
        }
      }),
    );
  });
});
