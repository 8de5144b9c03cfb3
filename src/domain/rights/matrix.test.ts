import { describe, expect, it } from 'vitest';
import { ACTIONS } from './authorize';
import { EXPECTED } from './matrix.expected';
import { COLUMNS, reachOf } from './reach';

const said = (column: (typeof COLUMNS)[number], action: (typeof ACTIONS)[number]): string => {
  const reach = reachOf(column, action);
  return reach === 'all' ? 'all' : reach.join(' ');
};

describe('the matrix of rights, cell by cell, against what the texts say', () => {
  it('names the same rights as the page written by hand', () => {
    expect([...ACTIONS].sort()).toEqual(Object.keys(EXPECTED).sort());
  });
  describe.each(ACTIONS)('%s', (action) => {
    it.each(COLUMNS)('%s', (column) => {
      expect(said(column, action)).toBe(EXPECTED[action]?.cells[column] ?? '');
    });
  });
});
