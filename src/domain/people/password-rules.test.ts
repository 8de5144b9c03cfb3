import { describe, expect, it } from 'vitest';
import { loginOf, passwordWeakness, pronounceable, readLogin } from './password-rules';

describe('staff passwords', () => {
  it.each([
    ['court', 'short'],
    ['aaaaaaaaaaaa', 'monotonous'],
    ['motdepasse12', 'common'],
    ['Durand-2026!', 'personal'],
  ])('refuses %s: %s', (password, reason) => {
    expect(passwordWeakness(password, ['Marie', 'Durand', 'École Jules Ferry'])).toBe(reason);
  });
  it('takes a sentence', () => {
    expect(passwordWeakness('le chat dort sous le préau', ['Marie', 'Durand'])).toBeUndefined();
  });
  it('makes first passwords that pass their own rule', () => {
    const made = pronounceable(Uint8Array.from({ length: 16 }, (_, index) => index * 37));
    expect(made).toMatch(/^([a-z]{4}-){3}[a-z]{4}$/);
    expect(passwordWeakness(made)).toBeUndefined();
  });
  it('makes identifiers without accents', () => {
    expect(loginOf('Éloïse', "de L'Hôpital")).toBe('e.delhopital');
    expect(readLogin(" É.de L'Hôpital ")).toBe('e.delhopital');
    expect(readLogin('N.Saint-Cyr')).toBe(loginOf('Nadia', 'Saint-Cyr'));
  });
});
