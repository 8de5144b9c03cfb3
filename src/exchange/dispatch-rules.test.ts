import { describe, expect, it } from 'vitest';
import type { Actor } from '../domain/rights/actor';
import { CLASS, idFor } from './testing/school';
import { isOwnDispatch } from './dispatch-rules';

const OTHER = idFor('class', 'CM2');
const [ANNE, MARC] = [idFor('staff', 'anne'), idFor('staff', 'marc')];
const teacher: Actor = { kind: 'staff', personId: ANNE, grants: [{ role: 'teacher', classIds: [CLASS] }] };
const atsem: Actor = { kind: 'staff', personId: ANNE, grants: [{ role: 'atsem', classIds: [CLASS] }] };
const head: Actor = { kind: 'staff', personId: ANNE, grants: [{ role: 'head', classIds: [] }] };
const relay: Actor = { kind: 'poste' };
const day = { from: '2026-11-23T07:00:00.000Z', until: '2026-11-23T15:30:00.000Z' };
const year = { ...day, until: '2027-06-30T15:30:00.000Z' };
const said = (type: string, fields: object) => ({
  _id: 'event_aaaaaaaaaaaaa',
  type,
  v: 1,
  by: ANNE,
  ...fields,
});

describe('written by a modified client, carried by anybody', () => {
  it.each([
    [
      'another class sent out for the day',
      said('dispatch', { ...day, as: 'colleague', classId: OTHER }),
      true,
    ],
    [
      'another class sent out for the year',
      said('dispatch', { ...year, as: 'colleague', classId: OTHER }),
      false,
    ],
    ['one’s own for the year', said('dispatch', { ...year, as: 'class', classId: CLASS }), true],
    ['another’s as if it were one’s own', said('dispatch', { ...day, as: 'class', classId: OTHER }), false],
    ['as a head', said('dispatch', { ...day, as: 'head', classId: OTHER }), false],
    [
      'in somebody else’s name',
      { ...said('dispatch', { ...day, as: 'colleague', classId: OTHER }), by: MARC },
      false,
    ],
    ['without dates', said('dispatch', { as: 'colleague', classId: OTHER }), false],
    ['ended as a colleague', said('dispatchEnded', { as: 'colleague', classId: OTHER }), true],
    ['ended as another class’s teacher', said('dispatchEnded', { as: 'class', classId: OTHER }), false],
    ['guests of one’s own class called', said('guestRoll', { host: CLASS }), true],
    ['guests of another class called', said('guestRoll', { host: OTHER }), false],
    ['a group of one’s own pupils', said('group', { owner: ANNE, classIds: [CLASS] }), true],
    ['a group of another class', said('group', { owner: ANNE, classIds: [CLASS, OTHER] }), false],
    ['a colleague’s group', said('group', { owner: MARC, classIds: [CLASS] }), false],
    ['anything else', said('homework', {}), true],
  ])('%s: %s', (_what, body, expected) => {
    expect(isOwnDispatch(body, teacher)).toBe(expected);
    // A head answers for all of it; a computer without a person says nothing of children.
    expect(isOwnDispatch(body, head)).toBe(true);
    if (body.type !== 'homework') expect(isOwnDispatch(body, relay)).toBe(false);
  });
  it('who calls the roll of a class calls its guests, and sends nobody anywhere', () => {
    expect(isOwnDispatch(said('guestRoll', { host: CLASS }), atsem)).toBe(true);
    expect(isOwnDispatch(said('dispatch', { ...year, as: 'class', classId: CLASS }), atsem)).toBe(false);
  });
});
