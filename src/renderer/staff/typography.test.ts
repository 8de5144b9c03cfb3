import { expect, it } from 'vitest';
import { clockWords, frenchTypography } from './typography';

it('keeps punctuation with its word and curves apostrophes', () => {
  expect(frenchTypography("L'appel : qui dit « présent » ? 12 % !")).toBe(
    'L’appel\u00a0: qui dit «\u00a0présent\u00a0»\u202f? 12\u202f%\u202f!',
  );
});

it('leaves the rest alone', () => {
  const text = 'http://exemple.fr/a?b=c ; fin.';
  expect(frenchTypography(text)).toBe('http://exemple.fr/a?b=c\u202f; fin.');
});

it('says the hours as one says them, in a sentence or alone', () => {
  expect(frenchTypography('de 08:05 à 16:30.')).toBe('de 8\u00a0h\u00a005 à 16\u00a0h\u00a030.');
  expect(clockWords('09:00', 'fr')).toBe('9\u00a0h');
  expect(clockWords(new Date(2026, 10, 22, 23, 59), 'fr')).toBe('23\u00a0h\u00a059');
  expect(clockWords('09:00', 'en')).toBe('09:00');
});

it.each([
  'https://192.168.1.20:8443',
  '192.168.1.20:80',
  'preau-a.local:12',
  'A4:12:33:5F',
  '2026-11-22T10:30:00Z',
  '10:30:15',
  '24:10',
  '8:3',
])('takes %s for no time of the clock', (text) => {
  expect(clockWords(text, 'fr')).toBe(text);
});
