import { expect, it } from 'vitest';
import { posteNames, startsWithVowel } from './poste-names';

const numbered = (owner: string, n: number): string => `${owner}, ${String(n)}`;

it('numbers the computers of somebody who has several, in the same order whatever the list’s', () => {
  const postes = [
    { id: 'poste_c', who: 'Paul' },
    { id: 'poste_a', who: 'Hélène' },
    { id: 'poste_b', who: 'Paul' },
  ];
  const names = posteNames(postes, ({ who }) => who, numbered);
  expect(Object.fromEntries(names)).toEqual({
    poste_a: 'Hélène',
    poste_b: 'Paul, 1',
    poste_c: 'Paul, 2',
  });
  expect(posteNames([...postes].reverse(), ({ who }) => who, numbered)).toEqual(names);
});

it('says « d’ » before a vowel and a mute h', () => {
  expect(['Hélène', 'Élise', 'Ève', 'Yvonne', 'ana'].every(startsWithVowel)).toBe(true);
  expect(['Paul', 'Marc', 'Çetin', ''].some(startsWithVowel)).toBe(false);
});
