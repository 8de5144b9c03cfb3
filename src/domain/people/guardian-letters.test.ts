import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Id } from '../id';
import { lettersFor } from './guardian-letters';
import type { PostalAddress } from './person';

const LEA: Id<'pupil'> = 'pupil_aaaaaaaaaaaaa';
const TOM: Id<'pupil'> = 'pupil_bbbbbbbbbbbbb';
const A: Id<'guardian'> = 'guardian_aaaaaaaaaaaaa';
const B: Id<'guardian'> = 'guardian_bbbbbbbbbbbbb';
const HOME: PostalAddress = { street: '7 rue de l’Étang', postcode: '39990', city: 'Valombreuse' };
const AWAY: PostalAddress = { street: '12 place du Lavoir', postcode: '39990', city: 'Valombreuse' };
const adult = (id: Id<'guardian'>, address: PostalAddress, ...children: Id<'pupil'>[]) => ({
  id,
  address,
  children,
});
const all = (): boolean => true;

describe('letters to families', () => {
  it('name both at one address however it is spelt, and both children', () => {
    const spelt = { ...HOME, street: "7, RUE DE L'ETANG" };
    const letters = lettersFor([LEA, TOM], [adult(A, HOME, LEA, TOM), adult(B, spelt, LEA, TOM)], all);
    expect(letters).toEqual([{ guardians: [A, B], address: HOME, children: [LEA, TOM] }]);
  });
  it('are separate for separate addresses, and one a person where that is wanted', () => {
    const apart = lettersFor([LEA], [adult(A, HOME, LEA), adult(B, AWAY, LEA)], all);
    expect(apart.map(({ guardians, address }) => [guardians, address])).toEqual([
      [[A], HOME],
      [[B], AWAY],
    ]);
    expect(lettersFor([LEA], [adult(A, HOME, LEA), adult(B, HOME, LEA)], all, 'person')).toHaveLength(2);
  });
  it('do not take two unknown or incomplete addresses for one', () => {
    const bourg = { street: 'Le Bourg' };
    for (const address of [{}, bourg])
      expect(lettersFor([LEA], [adult(A, address, LEA), adult(B, address, LEA)], all)).toEqual([
        { guardians: [A], children: [LEA] },
        { guardians: [B], children: [LEA] },
      ]);
  });
  it('of a household of two families name only those whose child it is', () => {
    const letters = lettersFor([LEA, TOM], [adult(A, HOME, LEA), adult(B, HOME, TOM)], all);
    expect(letters.map(({ guardians, children }) => [guardians, children])).toEqual([
      [[A], [LEA]],
      [[B], [TOM]],
    ]);
  });
  it('reach everybody who may receive them, once a child, and nobody else, at no other address', () => {
    const ids = [A, B, 'guardian_ccccccccccccc' as Id<'guardian'>];
    const people = fc
      .tuple(
        ...ids.map((id) =>
          fc.record({
            id: fc.constant(id),
            address: fc.constantFrom<PostalAddress>(HOME, AWAY, {}),
            children: fc.subarray([LEA, TOM]),
          }),
        ),
      )
      .map((every) => [...every]);
    fc.assert(
      fc.property(people, fc.subarray([LEA, TOM]), fc.subarray(ids), (guardians, children, barred) => {
        const may = (who: Id<'guardian'>, child: Id<'pupil'>): boolean =>
          child === TOM || !barred.includes(who);
        const letters = lettersFor(children, guardians, may);
        for (const { id, address, children: own } of guardians)
          for (const child of [LEA, TOM]) {
            const got = letters.filter(
              (letter) => letter.guardians.includes(id) && letter.children.includes(child),
            );
            expect(got).toHaveLength(
              own.includes(child) && children.includes(child) && may(id, child) ? 1 : 0,
            );
            for (const letter of got) expect(letter.address).toEqual(address.street ? address : undefined);
          }
      }),
    );
  });
});
