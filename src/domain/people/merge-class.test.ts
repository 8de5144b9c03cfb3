import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mentions, pairsFit, proposePairs, withIds, type Pair } from './merge-class';

const quick = (...firsts: string[]) =>
  firsts.map((first, index) => ({ id: `q${index}`, names: { first, family: '' } }));
const real = (...people: [string, string][]) =>
  people.map(([first, family], index) => ({ id: `r${index}`, names: { first, family } }));
const byPupil = (proposals: ReturnType<typeof proposePairs>) =>
  Object.fromEntries(proposals.map(({ pupil, to, candidates }) => [pupil, to ?? candidates]));

describe('who is who', () => {
  it('finds the only child of a name whatever the accents, and asks for the others', () => {
    const found = proposePairs(
      quick('Éliott', 'lea', 'Zoé', 'Max'),
      real(['ELIOTT', 'MOREL'], ['Léa', 'MARTIN'], ['Léa', 'BERNARD'], ['Zoé', 'PÉRON']),
    );
    expect(byPupil(found)).toEqual({ q0: 'r0', q1: ['r1', 'r2'], q2: 'r3', q3: [] });
  });
  it('two children written alike are asked, even where the list has one', () => {
    expect(byPupil(proposePairs(quick('Noé', 'noé'), real(['Noé', 'VIDAL'])))).toEqual({
      q0: ['r0'],
      q1: ['r0'],
    });
  });
  it('reads the initial that a teacher adds to tell two Léas apart', () => {
    const list = real(['Léa', 'MARTIN'], ['Léa', 'BERNARD']);
    expect(byPupil(proposePairs(quick('Léa M.', 'Léa Ber'), list))).toEqual({ q0: 'r0', q1: 'r1' });
    expect(byPupil(proposePairs(quick('Léa'), real(['Léa-Marie', 'B'])))).toEqual({ q0: [] });
  });

  const first = fc.constantFrom('Léa', 'LEA', 'Noé', 'Jean-Christophe', 'Zoé', 'Zoe M', '', '…');
  const family = fc.constantFrom('MARTIN', "O'BRIEN", 'Le Goff', 'Martineau', '');
  it('proposes nobody twice, only people of the list, and every child once, in any order', () => {
    fc.assert(
      fc.property(fc.array(first), fc.array(fc.tuple(first, family)), (firsts, people) => {
        const written = quick(...firsts);
        const list = real(...people);
        const proposals = proposePairs(written, list);
        expect(proposals.map(({ pupil }) => pupil)).toEqual(written.map(({ id }) => id));
        const chosen = proposals.flatMap(({ to }) => (to === undefined ? [] : [to]));
        expect(new Set(chosen).size).toBe(chosen.length);
        for (const { to, candidates } of proposals) if (to) expect(candidates).toEqual([to]);
        expect(byPupil(proposePairs([...written].reverse(), list))).toEqual(byPupil(proposals));
        // What is sure, with everything else staying, is always a decision that can be carried out.
        const pairs = proposals.map(({ pupil, to }): Pair => ({ pupil, to: to ?? 'stay' }));
        expect(pairsFit(pairs, written, list)).toBe(true);
      }),
    );
  });
});

describe('a decision', () => {
  const [written, list] = [quick('A', 'B'), real(['A', 'X'], ['B', 'Y'])];
  it.each<[string, Pair[]]>([
    ['leaves a child out of account', [{ pupil: 'q0', to: 'r0' }]],
    ['gives two children to one', ['q0', 'q1'].map((pupil) => ({ pupil, to: 'r0' }))],
    ['names one child twice', ['r0', 'r1', 'stay'].map((to) => ({ pupil: 'q0', to }))],
    ['names a stranger', [{ pupil: 'q0', to: 'r7' }, { pupil: 'q1', to: 'out' }]], // prettier-ignore
  ])('that %s does not fit', (_why, pairs) => {
    expect(pairsFit(pairs, written, list)).toBe(false);
  });
});

describe('what was written about a child', () => {
  it('changes its identifiers and nothing else, wherever they stand', () => {
    const become = new Map([['pupil_a', 'pupil_b']]);
    const body = {
      pupil: 'pupil_a',
      who: ['x', 'pupil_a'],
      files: { pupil_a: { n: 1 } },
      text: 'un pupil_a',
    };
    expect(withIds(body, become)).toEqual({
      pupil: 'pupil_b',
      who: ['x', 'pupil_b'],
      files: { pupil_b: { n: 1 } },
      text: 'un pupil_a',
    });
    expect(mentions(body, 'pupil_a')).toBe(true);
    expect(mentions(withIds(body, become), 'pupil_a')).toBe(false);
  });
  it('is left as it is by an empty map', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as never;
        expect(JSON.stringify(withIds(json, new Map()))).toBe(JSON.stringify(json));
      }),
    );
  });
});
