import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { portalState, type PortalFact } from './guardian-portal';

const NOW = Date.parse('2026-11-22T09:00:00.000Z');
const fact = (id: string, patch: Partial<PortalFact> = {}): PortalFact => ({
  id,
  guardian: 'guardian_aaaaaaaaaaaaa',
  says: 'issued',
  verifier: `v${id}`,
  expiresAt: '2026-12-22T09:00:00.000Z',
  by: 'staff_aaaaaaaaaaaaa',
  at: '2026-11-21T09:00:00.000Z',
  replaces: [],
  ...patch,
});
const state = (facts: PortalFact[], used: string[] = [], now = NOW) => portalState(facts, new Set(used), now);

describe('a guardian’s access to the portal', () => {
  it('waits for its code, expires, and is used once', () => {
    expect(state([]).state).toBe('none');
    expect(state([fact('a')])).toMatchObject({ state: 'waiting', codes: [{ verifier: 'va' }] });
    expect(state([fact('a')], [], Date.parse('2026-12-22T09:00:00.000Z'))).toMatchObject({
      state: 'expired',
      codes: [],
    });
    expect(state([fact('a')], ['va'])).toMatchObject({ state: 'used', codes: [] });
  });
  it('has one code after a new letter, two after two letters printed apart; using one closes both', () => {
    expect(state([fact('a'), fact('b', { replaces: ['a'] })]).codes).toMatchObject([{ verifier: 'vb' }]);
    expect(state([fact('a'), fact('b')]).codes).toHaveLength(2);
    expect(state([fact('a'), fact('b')], ['va']).codes).toEqual([]);
    // The letter that was replaced opens nothing, even if the portal says it did.
    expect(state([fact('a'), fact('b', { replaces: ['a'] })], ['va']).state).toBe('waiting');
  });
  it('is closed by whoever takes it away, until a new letter', () => {
    const away = fact('c', { says: 'revoked', verifier: undefined, expiresAt: undefined, replaces: ['a'] });
    expect(state([fact('a'), away]).state).toBe('revoked');
    expect(state([fact('a'), away, fact('b', { replaces: ['a'] })]).state).toBe('revoked');
    expect(state([fact('a'), away, fact('d', { replaces: ['c'] })]).state).toBe('waiting');
  });
  it('never has a code that is past, used, replaced or taken away, whatever was written', () => {
    const ids = ['a', 'b', 'c', 'd'];
    const facts = fc.uniqueArray(
      fc.record({
        id: fc.constantFrom(...ids),
        says: fc.constantFrom('issued' as const, 'revoked' as const),
        expiresAt: fc.constantFrom('2026-11-01T00:00:00.000Z', '2026-12-22T09:00:00.000Z', 'hier'),
        replaces: fc.subarray(ids),
      }),
      { selector: ({ id }) => id },
    );
    fc.assert(
      fc.property(facts, fc.subarray(ids), (all, used) => {
        const whole = all.map(({ id, ...patch }) => fact(id, patch));
        const { codes, living } = state(
          whole,
          used.map((id) => `v${id}`),
        );
        for (const { verifier, expiresAt } of codes) {
          expect(living).toContain(verifier.slice(1));
          expect(used).not.toContain(verifier.slice(1));
          expect(Date.parse(expiresAt)).toBeGreaterThan(NOW);
        }
        if (whole.some(({ id, says }) => says === 'revoked' && living.includes(id)))
          expect(codes).toEqual([]);
      }),
    );
  });
});
