import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainStates, type SheetLook } from './trace-chain';
import { isSubject, SUBJECTS_MAX, subjectsOf, whoOf } from './trace';

const POSTE = 'poste_aaaaaaaaaaaaa';
/** Sheets of these lengths, one behind the other, each a month after the one before. */
function chain(lengths: readonly number[], firstMonth = 0): SheetLook[] {
  let to = 0;
  return lengths.map((length, index) => {
    const from = to + 1;
    to += length;
    const at = (month: number): string => new Date(Date.UTC(2026, month, 15)).toISOString();
    return {
      id: `event_${String(index)}`,
      poste: POSTE,
      from,
      to,
      at: at(firstMonth + index),
      previous: `head ${String(index)}`,
      head: `head ${String(index + 1)}`,
      ...(index === 0 ? {} : { previousAt: at(firstMonth + index - 1) }),
      state: 'sound',
    };
  });
}
const lengths = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 2, maxLength: 12 });
const state = (sheets: readonly SheetLook[], horizon?: string, known?: Record<string, number>) =>
  chainStates(sheets, horizon, known)[0];

describe('what an entry names', () => {
  it('is ids and codes, never what somebody may have typed', () => {
    for (const fit of ['pupil_aaaaaaaaaaaaa', 'people.dryRun', 'FORBIDDEN', '+12'])
      expect(isSubject(fit), fit).toBe(true);
    for (const unfit of ['Léa', 'lea', 'DUPONT', 'l.dupont@ac.fr', 'pupil_1', '<b>', '', 'a b.c d'])
      expect(isSubject(unfit), unfit).toBe(false);
  });
  it('is bounded and says how many are not named', () => {
    const many = Array.from({ length: 90 }, (_, at) => `+${String(at)}`);
    expect(subjectsOf(many)).toHaveLength(SUBJECTS_MAX + 1);
    expect(subjectsOf(many).at(-1)).toBe('+30');
    expect(subjectsOf(['FORBIDDEN', 'FORBIDDEN', 'Léa'])).toEqual(['FORBIDDEN']);
  });
  it('is who asked', () => {
    expect(whoOf({ kind: 'poste' })).toBe('poste');
    expect(whoOf({ kind: 'anonymous' })).toBe('nobody');
    expect(whoOf({ kind: 'staff', personId: 'staff_aaaaaaaaaaaaa', grants: [] })).toBe('staff_aaaaaaaaaaaaa');
  });
});

describe('the chain of a computer', () => {
  it('is whole where every sheet is there, in whatever order they came', () => {
    fc.assert(
      fc.property(
        lengths.chain((all) =>
          fc.shuffledSubarray(chain(all), { minLength: all.length, maxLength: all.length }),
        ),
        (sheets) => {
          const entries = sheets.reduce((sum, { from, to }) => sum + to - from + 1, 0);
          expect(state(sheets)).toMatchObject({ entries, faults: [] });
        },
      ),
    );
  });
  it('shows any sheet that is missing, the first and the last included', () => {
    fc.assert(
      fc.property(lengths, fc.nat(), (all, pick) => {
        const sheets = chain(all);
        const at = pick % sheets.length;
        const gone = sheets[at];
        const left = sheets.filter((_, index) => index !== at);
        expect(state(left, undefined, { [POSTE]: sheets.at(-1)?.to ?? 0 })?.faults).toEqual([
          { kind: 'missing', from: gone?.from, to: gone?.to },
        ]);
      }),
    );
  });
  it('takes a beginning for missing unless the law took it', () => {
    const left = chain([5, 5, 5]).slice(1);
    expect(state(left, '2027-01-14')?.faults).toEqual([{ kind: 'missing', from: 1, to: 5 }]);
    expect(state(left, '2027-01-16')?.faults).toEqual([]);
    // The middle is never the law's doing: what is older goes first.
    const [first, , last] = chain([5, 5, 5]);
    expect(state(first && last ? [first, last] : [], '2028-01-01')?.faults).toHaveLength(1);
  });
  it('shows a sheet that does not follow, one that was altered, and two histories of one time', () => {
    const sheets = chain([5, 5, 5]);
    const other = sheets.map((sheet, at) => (at === 1 ? { ...sheet, previous: 'another' } : sheet));
    expect(state(other)?.faults).toEqual([{ kind: 'altered', from: 6, to: 10 }]);
    const altered = sheets.map((sheet, at) => (at === 2 ? { ...sheet, state: 'altered' as const } : sheet));
    expect(state(altered)?.faults).toEqual([{ kind: 'altered', from: 11, to: 15 }]);
    const [, second] = sheets;
    expect(state(second ? [...sheets, { ...second, id: 'event_z', to: 8 }] : [])?.faults[0]?.kind).toBe(
      'forked',
    );
  });
  it('says what nobody here can open', () => {
    const sheets = chain([5, 5]).map((sheet) => ({ ...sheet, state: 'sealed' as const }));
    expect(state(sheets)).toMatchObject({ entries: 0, sealed: 2, faults: [] });
  });
});
