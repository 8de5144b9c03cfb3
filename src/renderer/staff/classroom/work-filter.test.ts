import { describe, expect, it } from 'vitest';
import type { HandInSummary } from '../../../contract/staff/classroom';
import { filterWork } from './work-filter';

const work = (n: number, authors: string[], more: Partial<HandInSummary> = {}): HandInSummary => ({
  id: `handin_${n}`,
  lesson: 'lesson_a',
  item: 'item_a',
  title: 'Les tables',
  authors,
  version: n,
  receivedAt: `2026-11-0${n}T09:00:00.000Z`,
  parts: ['text'],
  ...more,
});
const ALL = [
  work(4, ['Léa'], { late: true }),
  work(3, ['Noé', 'Zoé'], { seen: true }),
  work(2, ['Léa'], { unfinished: true, seen: true }),
  work(1, ['Noé'], { item: 'item_b' }),
];
const none = { author: '', item: '', state: 'all' } as const;
const ids = (found: HandInSummary[]): string[] => found.map(({ id }) => id.slice(-1));

describe('what is shown of the work that came in', () => {
  it.each([
    [none, ['4', '3', '2', '1']],
    [{ ...none, author: 'Noé' }, ['3', '1']],
    [{ ...none, item: 'item_b' }, ['1']],
    [{ ...none, state: 'unseen' }, ['4', '1']],
    [{ ...none, state: 'late' }, ['4']],
    [{ ...none, state: 'unfinished' }, ['2']],
    [{ ...none, state: 'last' }, ['4', '3', '1']],
    [{ ...none, author: 'Zoé', state: 'late' }, []],
  ] as const)('%j', (filter, found) => {
    expect(ids(filterWork(ALL, filter))).toEqual(found);
  });
});
