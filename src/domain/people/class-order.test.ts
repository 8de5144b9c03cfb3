import { describe, expect, it } from 'vitest';
import { compareClasses, type Grade } from './person';

const of = (label: string, ...grades: Grade[]): { label: string; grades: Grade[] } => ({ label, grades });

describe('a list of classes', () => {
  it('goes from the youngest to the oldest, units behind', () => {
    const classes = [
      of('ULIS'),
      of('CM2', 'CM2'),
      of('CE1-CE2', 'CE1', 'CE2'),
      of('CP B', 'CP'),
      of('PS', 'PS'),
    ];
    expect([of('CP A', 'CP'), ...classes].sort(compareClasses).map(({ label }) => label)).toEqual([
      'PS',
      'CP A',
      'CP B',
      'CE1-CE2',
      'CM2',
      'ULIS',
    ]);
  });
  it('counts within a grade', () => {
    expect([of('CP 10', 'CP'), of('CP 2', 'CP')].sort(compareClasses)[0]?.label).toBe('CP 2');
  });
});
