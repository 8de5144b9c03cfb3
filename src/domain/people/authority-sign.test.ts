import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Id } from '../id';
import { HOLDS, type AuthorityFact } from './authority';
import { isSigned, PAPERS, signaturesNeeded, type Signature } from './authority-sign';

const A: Id<'guardian'> = 'guardian_aaaaaaaaaaaaa';
const B: Id<'guardian'> = 'guardian_bbbbbbbbbbbbb';
const C: Id<'guardian'> = 'guardian_ccccccccccccc';
const said = (
  guardian: Id<'guardian'>,
  holds: AuthorityFact['holds'],
  from = '2026-09-01',
): AuthorityFact => ({
  id: `${guardian}${holds}${from}`,
  pupil: 'pupil_aaaaaaaaaaaaa',
  guardian,
  holds,
  from,
  basis: { kind: 'enrolment' },
  by: 'staff_aaaaaaaaaaaaa',
  at: '2026-09-01T08:00:00.000Z',
  replaces: [],
});
const by = (guardian: Id<'guardian'>, on = '2026-09-10', agrees = true): Signature => ({
  guardian,
  on,
  agrees,
});
const both = [said(A, 'joint'), said(B, 'joint')];
const TODAY = '2026-11-22';

describe('« un parent suffit », « les deux »', () => {
  it('asks both for a photograph, one for a notice', () => {
    expect(signaturesNeeded('photograph')).toBe('both');
    expect(signaturesNeeded('notice')).toBe('one');
    expect(isSigned('notice', [A, B], both, [by(A)], TODAY).signed).toBe(true);
    expect(isSigned('photograph', [A, B], both, [by(A)], TODAY)).toMatchObject({
      signed: false,
      missing: [B],
    });
    expect(isSigned('photograph', [A, B], both, [by(A), by(B)], TODAY).signed).toBe(true);
  });
  it('asks one parent who exercises authority alone, and hears nobody else', () => {
    const facts = [said(A, 'alone'), said(B, 'none')];
    expect(isSigned('photograph', [A, B], facts, [by(A)], TODAY).signed).toBe(true);
    expect(isSigned('photograph', [A, B], facts, [by(B)], TODAY)).toMatchObject({
      signed: false,
      missing: [A],
    });
    expect(isSigned('photograph', [A, B], facts, [by(A), by(B, TODAY, false)], TODAY).signed).toBe(true);
  });
  it('waits for somebody whose authority nobody confirmed, and takes their signature', () => {
    expect(isSigned('photograph', [A, B], [said(A, 'joint')], [by(A)], TODAY)).toMatchObject({
      signed: false,
      missing: [B],
      toConfirm: true,
    });
    expect(isSigned('outing', [A, B], [], [by(B)], TODAY)).toMatchObject({ signed: true, toConfirm: true });
  });
  it('does not hold when one refuses, and their last word counts', () => {
    for (const kind of PAPERS)
      expect(isSigned(kind, [A, B], both, [by(A), by(B, '2026-10-01', false)], TODAY)).toMatchObject({
        signed: false,
        refusedBy: [B],
      });
    const changed = [by(A), by(B, '2026-09-02', false), by(B, '2026-10-01')];
    expect(isSigned('photograph', [A, B], both, changed, TODAY).signed).toBe(true);
    // Yes and no on one day: no, until it is said again.
    expect(isSigned('notice', [A], both, [by(A, TODAY, false), by(A, TODAY)], TODAY).signed).toBe(false);
  });
  it('follows the dates: what a parent signed before losing authority no longer counts, who gains it is asked', () => {
    const march = [...both, said(B, 'none', '2027-03-01'), said(A, 'alone', '2027-03-01')];
    expect(isSigned('photograph', [A, B], march, [by(A)], '2027-02-28').signed).toBe(false);
    expect(isSigned('photograph', [A, B], march, [by(A)], '2027-03-01').signed).toBe(true);
    const named = [said(A, 'joint'), said(C, 'none'), said(C, 'third', '2027-01-01')];
    expect(isSigned('photograph', [A, C], named, [by(A), by(C)], '2027-01-02')).toMatchObject({
      missing: [C],
    });
    expect(isSigned('photograph', [A, C], named, [by(A), by(C, '2027-01-02')], '2027-01-02').signed).toBe(
      true,
    );
  });
  it('is never signed by nobody, nor before it is', () => {
    expect(isSigned('notice', [], both, [by(A)], TODAY).signed).toBe(false);
    expect(isSigned('notice', [A], both, [by(A, '2026-12-01')], TODAY).signed).toBe(false);
  });

  const someone = fc.constantFrom(A, B, C);
  const facts = fc.array(
    fc.tuple(someone, fc.constantFrom(...HOLDS)).map(([who, holds]) => said(who, holds)),
  );
  const signatures = fc.array(
    fc.record({ guardian: someone, on: fc.constantFrom('2026-09-10', '2026-10-10'), agrees: fc.boolean() }),
  );
  it('never rests on a stranger or on somebody without authority', () => {
    fc.assert(
      fc.property(facts, signatures, fc.constantFrom(...PAPERS), (said, all, kind) => {
        const guardians = [A, B];
        const before = isSigned(kind, guardians, said, all, TODAY);
        const without = all.filter(({ guardian }) => guardian !== C);
        expect(isSigned(kind, guardians, said, without, TODAY)).toEqual(before);
        if (before.signed) expect(before.refusedBy).toEqual([]);
        if (before.signed) expect(before.missing).toEqual([]);
      }),
    );
  });
  it('where both are asked, holds only if it would hold where one is', () => {
    fc.assert(
      fc.property(facts, signatures, (said, all) => {
        const both = isSigned('photograph', [A, B, C], said, all, TODAY).signed;
        const one = isSigned('notice', [A, B, C], said, all, TODAY).signed;
        expect(!both || one).toBe(true);
      }),
    );
  });
});
