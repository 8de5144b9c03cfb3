import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Id } from '../id';
import {
  contradictions,
  HOLDS,
  livingFacts,
  replacedBy,
  standingOf,
  type AuthorityFact,
  type Standing,
} from './authority';

const PUPIL: Id<'pupil'> = 'pupil_aaaaaaaaaaaaa';
const MOTHER: Id<'guardian'> = 'guardian_aaaaaaaaaaaaa';
const said = (id: string, patch: Partial<AuthorityFact> = {}): AuthorityFact => ({
  id,
  pupil: PUPIL,
  guardian: MOTHER,
  holds: 'joint',
  from: '2026-09-01',
  basis: { kind: 'enrolment' },
  by: 'staff_aaaaaaaaaaaaa',
  at: '2026-09-01T08:00:00.000Z',
  replaces: [],
  ...patch,
});
const holds = (facts: readonly AuthorityFact[], on: string): Standing['holds'] => standingOf(facts, on).holds;

const day = fc.integer({ min: 1, max: 28 }).map((n) => `2026-09-${String(n).padStart(2, '0')}`);
const ids = ['a', 'b', 'c', 'd', 'e'];
/** Anything at all, forged loops included. */
const facts = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom(...ids),
      holds: fc.constantFrom(...HOLDS, 'undone' as const),
      from: day,
      until: fc.option(day, { nil: undefined }),
      replaces: fc.subarray(ids),
      undoes: fc.option(fc.constantFrom(...ids), { nil: undefined }),
    }),
    { selector: ({ id }) => id },
  )
  .map((all) => all.map(({ id, ...patch }) => said(id, patch)));

describe('parental authority', () => {
  it('is to be confirmed until somebody said it, and then nothing is refused', () => {
    expect(standingOf([], '2026-11-22')).toMatchObject({ holds: 'toConfirm', receives: true, mayCall: true });
    expect(holds([said('a')], '2026-08-31')).toBe('toConfirm');
  });
  it('changes on the day a judgement begins, and is what it was on the days before', () => {
    const all = [said('a'), said('b', { holds: 'none', from: '2027-03-01', basis: { kind: 'judgement' } })];
    expect(holds(all, '2027-02-28')).toBe('joint');
    expect(holds(all, '2027-03-01')).toBe('none');
    expect(standingOf(all, '2027-03-01')).toMatchObject({ receives: false, mayCall: false });
  });
  it('is again what it was when a judgement of limited time ends', () => {
    const all = [said('a'), said('b', { holds: 'none', from: '2027-03-01', until: '2027-06-01' })];
    expect(holds(all, '2027-05-31')).toBe('none');
    expect(holds(all, '2027-06-01')).toBe('joint');
  });
  it('is confirmed again once a third person’s time is over', () => {
    const all = [said('a', { holds: 'third', until: '2027-06-01' })];
    expect(holds(all, '2027-05-31')).toBe('third');
    expect(holds(all, '2027-06-01')).toBe('toConfirm');
  });
  it('is taken back by a new fact, and what was replaced holds again', () => {
    const first = said('a');
    const wrong = said('b', { holds: 'none', replaces: ['a'] });
    const back = said('c', { holds: 'undone', undoes: 'b' });
    expect(holds([first, wrong], '2026-11-22')).toBe('none');
    expect(holds([first, wrong, back], '2026-11-22')).toBe('joint');
    expect(holds([first, wrong, back, said('d', { holds: 'undone', undoes: 'c' })], '2026-11-22')).toBe(
      'none',
    );
  });
  it('is to be confirmed where two people wrote otherwise apart, and settled where they wrote the same', () => {
    const apart = [said('a'), said('b', { holds: 'alone' })];
    expect(standingOf(apart, '2026-11-22')).toMatchObject({ holds: 'toConfirm' });
    expect(standingOf(apart, '2026-11-22').disputed.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(holds([said('a'), said('b')], '2026-11-22')).toBe('joint');
    const settled = said('c', { replaces: replacedBy(apart, '2026-09-01') });
    expect(holds([...apart, settled], '2026-11-22')).toBe('joint');
  });
  it('gives letters and calls to somebody without authority only where it was said', () => {
    const none = said('a', { holds: 'none', receives: true });
    expect(standingOf([none], '2026-11-22')).toMatchObject({ receives: true, mayCall: false });
    expect(standingOf([said('a', { holds: 'alone', receives: false })], '2026-11-22').receives).toBe(true);
  });

  it('does not depend on the order in which facts arrive', () => {
    fc.assert(
      fc.property(facts, fc.array(fc.nat(), { maxLength: 5 }), day, (all, keys, on) => {
        const turned = all
          .map((fact, at) => ({ fact, key: keys[at] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ fact }) => fact);
        expect(standingOf(turned, on)).toEqual(standingOf(all, on));
      }),
    );
  });
  it('is only ever what a living fact that covers the day says', () => {
    fc.assert(
      fc.property(facts, day, (all, on) => {
        const standing = standingOf(all, on);
        if (standing.holds === 'toConfirm') return;
        expect(livingFacts(all)).toContain(standing.fact);
        expect(standing.fact?.holds).toBe(standing.holds);
        expect((standing.fact?.from ?? '') <= on).toBe(true);
      }),
    );
  });
  it('is what the head said last, from its first day, whatever was said before', () => {
    fc.assert(
      fc.property(facts, fc.constantFrom(...HOLDS), day, day, (all, next, from, on) => {
        const fact = said('z', { holds: next, from, replaces: replacedBy(all, from) });
        const after = [...all, fact];
        if (on >= from) expect(holds(after, on)).toBe(next);
        else expect(holds(after, on)).toBe(holds(all, on));
        // And taken back, everything is as before.
        const back = [...after, said('y', { holds: 'undone', undoes: 'z' })];
        expect(standingOf(back, on)).toEqual(standingOf(all, on));
      }),
    );
  });
});

describe('what does not go together', () => {
  const standing = (one: Standing['holds']): Standing =>
    standingOf(one === 'toConfirm' ? [] : [said('a', { holds: one })], '2026-11-22');
  it.each([
    [['alone', 'joint'], ['aloneAndOther']],
    [['alone', 'alone'], ['aloneAndOther']],
    [['joint', 'none'], ['jointWithoutOther']],
    [['joint', 'joint'], []],
    [['alone', 'none'], []],
    [['joint', 'toConfirm', 'none'], []],
    [['joint'], []],
  ] as const)('%j: %j', (all, found) => {
    expect(contradictions(all.map(standing))).toEqual(found);
  });
});
