import { describe, expect, it } from 'vitest';
import { audience, databaseName, isSealed, parseAudience } from './audience';

describe('audiences', () => {
  it('name databases as CouchDB accepts them', () => {
    const name = audience('classe', { of: 'class_abcdefghijklm', year: 2026 });
    expect(name).toBe('classe-abcdefghijklm_2026');
    expect(databaseName('0951099D', name)).toBe('preau_0951099d_classe-abcdefghijklm_2026');
    expect(databaseName('0951099D', name)).toMatch(/^[a-z][a-z0-9_$()+/-]*$/);
    expect(parseAudience(name)).toEqual({ kind: 'classe', opaque: 'abcdefghijklm', year: 2026 });
  });
  it('refuse an owner or a year where there is none, and miss none that is needed', () => {
    expect(() => audience('parc', { year: 2026 })).toThrow(RangeError);
    expect(() => audience('ecole')).toThrow(RangeError);
    expect(parseAudience('parc_2026')).toBeUndefined();
    expect(parseAudience('perso')).toBeUndefined();
    expect(parseAudience('constructor')).toBeUndefined();
  });
  it('treat what they do not know as sealed', () => {
    expect(isSealed('suivi-abcdefghijklm_2026')).toBe(true);
    expect(isSealed('parc')).toBe(false);
    expect(isSealed('inconnue')).toBe(true);
  });
});
