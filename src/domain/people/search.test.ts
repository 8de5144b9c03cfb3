import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idFrom, type Id } from '../id';
import type { Actor } from '../rights/actor';
import { authorize } from '../rights/authorize';
import { COLUMNS, typical } from '../rights/reach';
import { createPeopleIndex, mayFind, type PersonEntry } from './search';

const id = <P extends 'pupil' | 'staff' | 'guardian' | 'class'>(prefix: P, of: number): Id<P> =>
  idFrom(prefix, new Uint8Array(9).fill(of));
/** The class of `typical`. */
const OWN: Id<'class'> = 'class_aaaaaaaaaaaaa';
const CM1 = id('class', 9);
const pupil = (of: number, first: string, family: string, classId = CM1, words = ['CM1']): PersonEntry => ({
  id: id('pupil', of),
  kind: 'pupil',
  first,
  family,
  classIds: [classId],
  words,
});
const PEOPLE: PersonEntry[] = [
  pupil(1, 'Léa', 'Martin'),
  pupil(2, 'Léa', 'Benoît'),
  pupil(3, 'Maël', 'O’Brien', OWN, ['Petite section']),
  pupil(4, 'Zoé', 'Lefèvre', OWN, ['Petite section']),
  { ...pupil(7, 'Noé', 'Sadek'), groupIds: ['group_aaaaaaaaaaaaa'] },
  {
    id: id('staff', 5),
    kind: 'staff',
    first: 'Hélène',
    family: 'Aubry',
    classIds: [],
    words: ['directrice'],
  },
  { id: id('guardian', 6), kind: 'guardian', first: 'Inès', family: 'Martin', classIds: [CM1], words: [] },
];
const index = createPeopleIndex(PEOPLE);
const head = typical('head');
const names = (query: string, actor: Actor = head): string[] =>
  index.find(query, (entry) => mayFind(actor, entry), 20).map(({ first, family }) => `${first} ${family}`);

describe('a name half remembered', () => {
  it.each([
    ['léa m', 'Léa Martin'],
    ['lea martin', 'Léa Martin'],
    ['MARTIN Léa', 'Léa Martin'],
    ['lea cm1 ben', 'Léa Benoît'],
    ['obrien', 'Maël O’Brien'],
    ['o brien', 'Maël O’Brien'],
    ['lefevbre', 'Zoé Lefèvre'],
    ['helenne', 'Hélène Aubry'],
    ['directrice', 'Hélène Aubry'],
  ])('« %s » finds %s first', (query, expected) => {
    expect(names(query)[0]).toBe(expected);
  });
  it('says nothing for nothing', () => {
    for (const query of ['', '   ', '!?', '---', 'xyzzyxyzzy']) expect(names(query)).toEqual([]);
  });
  it('takes anything that is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (query) => names(query).length <= 20),
    );
  });
});

describe('who finds whom', () => {
  it('nobody finds anybody whom they may not read', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...COLUMNS),
        fc.oneof(
          fc.string({ maxLength: 8 }),
          fc.constantFrom('léa', 'martin', 'm', 'zoe', 'aubry', 'ines', 'petite'),
        ),
        (column, query) => {
          const actor = typical(column);
          for (const entry of index.find(query, (one) => mayFind(actor, one), 20)) {
            const readable =
              entry.kind === 'guardian'
                ? authorize(actor, 'guardian.read')
                : authorize(actor, 'people.read') ||
                  entry.classIds.some((classId) =>
                    authorize(actor, 'people.read', { kind: 'class', classId }),
                  ) ||
                  (entry.groupIds ?? []).some((groupId) =>
                    authorize(actor, 'people.read', { kind: 'group', groupId }),
                  );
            expect(readable, `${column} finds ${entry.kind}`).toBe(true);
          }
        },
      ),
    );
  });
  it.each([
    'technician',
    'facilitator',
    'administrator',
    'pupil',
    'visitor',
    'device',
    'guardian',
    'anonymous',
  ] as const)('a %s finds nobody at all', (column) => {
    for (const query of ['léa', 'martin', 'aubry', 'ines']) expect(names(query, typical(column))).toEqual([]);
  });
  it('a parent is found by a head alone; a class is found by who has a right in it', () => {
    expect(names('martin')).toEqual(['Inès Martin', 'Léa Martin']);
    expect(names('martin', typical('teacher'))).toEqual(['Léa Martin']);
    expect(names('zoé lef', typical('aesh'))).toEqual(['Zoé Lefèvre']);
    expect(names('léa', typical('aesh'))).toEqual([]);
    expect(names('noé sad', typical('rased'))).toEqual(['Noé Sadek']);
    expect(names('léa', typical('rased'))).toEqual([]);
  });
});
