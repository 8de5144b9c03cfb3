import { describe, expect, it } from 'vitest';
import { audience } from '../domain/audience';
import { idFrom, type Id, type IdPrefix } from '../domain/id';
import { APPEND_ONLY, refusalOf } from './author-rules';
import { GrantBook } from './grant-book';
import type { PosteGrant } from './grant';

const id = <P extends IdPrefix>(prefix: P, of: number): Id<P> => idFrom(prefix, new Uint8Array(9).fill(of));
const CLASS = id('class', 1);
const LIFE = audience('classe', { of: CLASS, year: 2026 });
const book = new GrantBook(id('school', 1), []);
const teacher: PosteGrant = {
  _id: id('grant', 1),
  type: 'grant',
  v: 1,
  kind: 'poste',
  school: id('school', 1),
  issued: '2026-11-19T08:00:00.000Z',
  poste: id('poste', 1),
  key: 'A'.repeat(43),
  person: id('staff', 1),
  roles: [{ role: 'teacher', classIds: [CLASS] }],
  audiences: [LIFE],
  carries: false,
  signer: 'A'.repeat(43),
  signature: 'A'.repeat(86),
};

describe('what a colleague of the same class may do to the register', () => {
  const entry = (ancestors: string[], deleted = false) => ({
    id: id('event', 2),
    rev: `${ancestors.length + 1}-${'0'.repeat(32)}`,
    ancestors,
    deleted,
    body: { _id: id('event', 2), type: 'rollEntry', v: 1, state: 'present' },
  });

  it('adds an entry', () => {
    expect(refusalOf(entry([]), LIFE, [teacher], book)).toBeUndefined();
  });
  it.each([false, true])('neither writes over one nor takes it away (deleted: %s)', (deleted) => {
    expect(APPEND_ONLY).toContain('rollEntry');
    expect(refusalOf(entry([`1-${'1'.repeat(32)}`], deleted), LIFE, [teacher], book)).toBe('RULE');
  });
});

describe('what is said of parental authority', () => {
  const DIRECTION = audience('direction');
  const head: PosteGrant = { ...teacher, roles: [{ role: 'head', classIds: [] }], audiences: [DIRECTION] };
  const fact = (ancestors: string[], deleted = false) => ({
    id: id('event', 3),
    rev: `${ancestors.length + 1}-${'0'.repeat(32)}`,
    ancestors,
    deleted,
    body: { _id: id('event', 3), type: 'authority', v: 1, holds: 'alone' },
  });

  it('is a head’s word, never a teacher’s', () => {
    expect(refusalOf(fact([]), DIRECTION, [head], book)).toBeUndefined();
    expect(refusalOf(fact([]), DIRECTION, [teacher], book)).toBe('AUTHOR_FORBIDDEN');
  });
  it('is never written over, and ends with the child who left', () => {
    expect(refusalOf(fact([`1-${'1'.repeat(32)}`]), DIRECTION, [head], book)).toBe('RULE');
    expect(refusalOf(fact([`1-${'1'.repeat(32)}`], true), DIRECTION, [head], book)).toBeUndefined();
  });
});

it('whom to call for a child is said by a head, in the class’s own base too', () => {
  const suivi = audience('suivi', { of: CLASS, year: 2026 });
  const card = {
    id: id('pupil', 4),
    rev: `1-${'0'.repeat(32)}`,
    ancestors: [],
    deleted: false,
    body: { _id: id('pupil', 4), type: 'contacts', v: 1, people: [] },
  };
  expect(refusalOf(card, suivi, [{ ...teacher, audiences: [suivi] }], book)).toBe('AUTHOR_FORBIDDEN');
});

describe('what opens to somebody’s password', () => {
  const PARC = audience('parc');
  const colleague: PosteGrant = { ...teacher, audiences: [PARC] };
  const wrap = (person: Id<'staff'>) => ({
    id: id('event', 9),
    rev: `1-${'0'.repeat(32)}`,
    ancestors: [],
    deleted: false,
    body: { _id: id('event', 9), type: 'personWrap', v: 1, person },
  });

  it('is handed over by themselves or a head, by no colleague', () => {
    const head: PosteGrant = {
      ...colleague,
      person: id('staff', 2),
      roles: [{ role: 'head', classIds: [] }],
    };
    expect(refusalOf(wrap(id('staff', 1)), PARC, [colleague], book)).toBeUndefined();
    expect(refusalOf(wrap(id('staff', 2)), PARC, [colleague], book)).toBe('AUTHOR_FORBIDDEN');
    expect(refusalOf(wrap(id('staff', 1)), PARC, [head], book)).toBeUndefined();
  });
});
