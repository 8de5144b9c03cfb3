import { expect, it } from 'vitest';
import { frenchTypography } from './typography';

it('keeps punctuation with its word and curves apostrophes', () => {
  expect(frenchTypography("L'appel : qui dit « présent » ? 12 % !")).toBe(
    'L’appel\u00a0: qui dit «\u00a0présent\u00a0»\u202f? 12\u202f%\u202f!',
  );
});

it('leaves the rest alone', () => {
  const text = 'http://exemple.fr/a?b=c, 8:30 ; fin.';
  expect(frenchTypography(text)).toBe('http://exemple.fr/a?b=c, 8:30\u202f; fin.');
});
