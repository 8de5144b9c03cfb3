import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { likelyTwins, ownersOf, peopleOf, type GuardianRecord } from './guardian-people';

const record = (id: string, patch: Partial<GuardianRecord> = {}): GuardianRecord => ({
  id,
  names: { family: 'MARTIN', first: 'Laëtitia' },
  phones: {},
  address: {},
  children: [],
  ...patch,
});
const ids = ['a', 'b', 'c', 'd', 'e'];
const records = fc
  .tuple(
    ...ids.map((id) =>
      fc
        .record({ into: fc.option(fc.constantFrom(...ids, 'nowhere'), { nil: undefined }), child: fc.nat(3) })
        .map(({ into, child }) => record(id, { mergedInto: into, children: [`pupil${String(child)}`] })),
    ),
  )
  .map((all) => [...all]);

describe('people from records', () => {
  it('hold every record once and every child, loops included', () => {
    fc.assert(
      fc.property(records, (all) => {
        const people = peopleOf(all);
        expect(people.flatMap(({ id, merged }) => [id, ...merged]).sort()).toEqual(ids);
        const children = (of: readonly { children: string[] }[]): string[] =>
          [...new Set(of.flatMap((one) => one.children))].sort();
        expect(children(people)).toEqual(children(all));
        for (const { id, merged } of people)
          for (const other of merged) expect(ownersOf(all).get(other)).toBe(id);
      }),
    );
  });
  it('do not depend on the order of records', () => {
    const whole = (all: GuardianRecord[]): unknown => peopleOf(all).sort((a, b) => (a.id < b.id ? -1 : 1));
    fc.assert(
      fc.property(records, (all) => {
        expect(whole([...all].reverse())).toEqual(whole(all));
      }),
    );
  });
  it('say what the kept record says, completed, with one whole address', () => {
    const [person] = peopleOf([
      record('a', {
        mergedInto: 'b',
        email: 'old@example.org',
        phones: { home: '01', mobile: '06' },
        address: { street: '1 rue', country: 'France' },
      }),
      record('b', {
        names: { family: 'DUPRÉ', first: 'Laëtitia' },
        phones: { mobile: '07' },
        address: { street: '2 rue' },
        children: ['p'],
      }),
    ]);
    expect(person).toMatchObject({
      id: 'b',
      names: { family: 'DUPRÉ' },
      email: 'old@example.org',
      phones: { home: '01', mobile: '07' },
      address: { street: '2 rue' },
      merged: ['a'],
    });
    expect(person?.address.country).toBeUndefined();
  });
});

describe('records that may be one person', () => {
  const twins = (...all: GuardianRecord[]): unknown[] =>
    likelyTwins(peopleOf(all)).map(({ people: [one, other], share }) => [one.id, other.id, share]);
  it('share a name and something else', () => {
    const maiden = record('b', {
      names: { family: 'DUPRE', usage: 'Martin', first: 'LAETITIA' },
      children: ['p'],
    });
    expect(twins(record('a', { children: ['p'] }), maiden)).toEqual([['a', 'b', 'child']]);
    expect(
      twins(record('a', { phones: { mobile: '06 39' } }), record('b', { phones: { home: '0639' } })),
    ).toEqual([['a', 'b', 'phone']]);
    expect(twins(record('a'), record('b'))).toEqual([]);
  });
  it('are never M. and Mme, nor what somebody said they are not, nor one already', () => {
    const both = { children: ['p'] };
    expect(twins(record('a', { ...both, civility: 'm' }), record('b', { ...both, civility: 'mme' }))).toEqual(
      [],
    );
    expect(twins(record('a', { ...both, notSame: ['b'] }), record('b', both))).toEqual([]);
    expect(twins(record('a', both), record('b', { ...both, notSame: ['a'] }))).toEqual([]);
    expect(twins(record('a', both), record('b', { ...both, mergedInto: 'a' }))).toEqual([]);
  });
});
