import { describe, expect, test } from 'vitest';
import { compareByFamilyName, compareByFirstName, normaliseName, shortNames } from './names';
import { schoolYearOf } from '../time';
import { cycleOf, usualAge } from './person';

const person = (id: string, family: string, first: string, usage?: string) => ({
  id,
  names: { family, first, usage },
});

describe('normaliseName', () => {
  test.each([
    ["O'BRIEN", 'O Brien'],
    ['LEBŒUF', 'Leboeuf'],
    ['Jean–Noël', 'JEAN NOEL'],
    ['  DE  LA   TOUR', 'de la Tour'],
    ['Zoe\u0301', 'ZOÉ'],
  ])('%s is %s', (left, right) => {
    expect(normaliseName(left)).toBe(normaliseName(right));
  });
  test('different names stay different', () => {
    expect(normaliseName('Léo')).not.toBe(normaliseName('Léa'));
    expect(normaliseName('李')).toBe('李');
  });
});

describe('shortNames', () => {
  const shown = (...people: ReturnType<typeof person>[]): string[] => [...shortNames(people).values()];

  test('the first name alone where nobody shares it', () => {
    expect(shown(person('a', 'MOREL', 'Chloé'), person('b', 'MOREL', 'Léo'))).toEqual(['Chloé', 'Léo']);
  });
  test('an initial where the first name is shared, accents or not', () => {
    const names = shortNames([
      person('a', 'BERNARD', 'Léa'),
      person('b', 'MARTIN', 'Lea'),
      person('c', 'VIDAL', 'Hugo'),
    ]);
    expect([names.get('a'), names.get('b'), names.get('c')]).toEqual(['Léa B.', 'Lea M.', 'Hugo']);
  });
  test('as many letters as it takes', () => {
    expect(shown(person('a', 'MARTIN', 'Léa'), person('b', 'MAURY', 'Léa'))).toEqual([
      'Léa Mar.',
      'Léa Mau.',
    ]);
    expect(shown(person('a', 'ROY', 'Léa'), person('b', 'ROYER', 'Léa'))).toEqual(['Léa ROY', 'Léa Roye.']);
  });
  test('the name in use decides', () => {
    expect(shown(person('a', 'MARTIN', 'Léa', 'ZOLA'), person('b', 'MARTIN', 'Léa'))).toEqual([
      'Léa Z.',
      'Léa M.',
    ]);
  });
  test('a rank where even the family name is shared, the same whatever the order', () => {
    expect(shown(person('a', 'MARTIN', 'Léa'), person('b', 'Martin', 'Léa'))).toEqual([
      'Léa MARTIN 1',
      'Léa Martin 2',
    ]);
    expect(shortNames([person('b', 'Martin', 'Léa'), person('a', 'MARTIN', 'Léa')]).get('a')).toBe(
      'Léa MARTIN 1',
    );
  });
  test('nobody is called the same', () => {
    const names = ['MARTIN', 'MARTIN', 'MAR', 'MA', 'DE LA TOUR', 'DE LA TOURNELLE', 'DELATOUR'];
    const called = shown(...names.map((family, rank) => person(`p${rank}`, family, 'Léa')));
    expect(new Set(called).size).toBe(names.length);
  });
});

test('lists are in French order', () => {
  const list = [
    person('1', 'Zola', 'Émile'),
    person('2', 'ÉTIENNE', 'Zoé'),
    person('3', 'Eto', 'Ève'),
    person('4', 'Eto', 'Éva'),
  ];
  expect([...list].sort(compareByFamilyName).map(({ id }) => id)).toEqual(['2', '4', '3', '1']);
  expect([...list].sort(compareByFirstName).map(({ id }) => id)).toEqual(['1', '4', '3', '2']);
});

test('grades, cycles and years', () => {
  expect([cycleOf('TPS'), cycleOf('GS'), cycleOf('CP'), cycleOf('CE2'), cycleOf('CM1')]).toEqual([
    1, 1, 2, 2, 3,
  ]);
  expect([usualAge('PS'), usualAge('CP'), usualAge('CM2')]).toEqual([3, 6, 10]);
  expect([schoolYearOf('2026-08-28'), schoolYearOf('2027-07-04')]).toEqual([2026, 2026]);
});
