import { describe, expect, it } from 'vitest';
import { groundsOf, headlineOf, notesOf } from './headline';
import type { CartGlance } from '../../../contract/staff/cart';

const AT = '2026-11-19T15:25:00.000Z';
const words = {
  moment: (at: string) => `[${at.slice(0, 10)}]`,
  sinceDay: (at: string) => `[${at.slice(0, 10)}]`,
  isToday: (at: string) => at.startsWith('2026-11-20'),
  className: (id: string) => (id === 'class_aaaaaaaaaaaaa' ? 'CM1' : undefined),
  list: (numbers: readonly number[]) => numbers.join('+'),
};
const glance = (summary: Partial<CartGlance['summary']>, more: Partial<CartGlance> = {}): CartGlance => ({
  summary: { total: 15, ready: 0, probable: 0, low: 0, missing: 0, unknown: 0, lent: 0, ...summary },
  probable: [],
  short: [],
  gone: [],
  charging: 0,
  out: 0,
  unplugged: [],
  faulty: [],
  bell: { at: '2026-11-20T07:30:00.000Z', why: 'school' },
  ...more,
});
const group = (count: number, more: Partial<CartGlance['probable'][number]> = {}) => ({
  count,
  since: AT,
  basis: 'putAwayPlugged' as const,
  later: false,
  ...more,
});
const main = (of: CartGlance): [number | null, string] => {
  const { count, words: line } = headlineOf(of, words);
  return [count, line.key];
};
const notes = (of: CartGlance): [string, unknown][] =>
  notesOf(of, words).map(({ key, params }) => [key, params['list']]);

describe('the sentence of a cart', () => {
  it('guesses in full while nothing speaks, and says how it knows', () => {
    const silent = glance({ probable: 13, missing: 1, unknown: 1 }, { probable: [group(13)] });
    expect(main(silent)).toEqual([13, 'probable']);
    expect(groundsOf(silent, words)).toMatchObject([
      { key: 'ground.putAwayPlugged', n: 13, params: { when: '[2026-11-19]' } },
    ]);
  });

  it('counts what is sure apart from what is guessed as devices wake, and guesses no more at the end', () => {
    const waking = glance({ ready: 4, probable: 9, low: 2 }, { probable: [group(9)] });
    expect(headlineOf(waking, words)).toMatchObject({
      count: 13,
      words: { key: 'mixed', params: { ready: 4, likely: 9, total: 15 } },
    });
    expect(groundsOf(waking, words)).toMatchObject([{ key: 'groundOf.putAwayPlugged', n: 9 }]);
    expect(main(glance({ ready: 13, low: 2 }))).toEqual([13, 'ready']);
  });

  it('does not call none ready of those of which nobody knows anything', () => {
    const mostlyDark = glance({ total: 8, missing: 1, unknown: 7, lent: 7 });
    expect(main(mostlyDark)).toEqual([null, 'nothingOf']);
    expect(notes(mostlyDark).map(([key]) => key)).toEqual(['count.lent']);
    expect(main(glance({ total: 8, low: 1, unknown: 7 }))).toEqual([0, 'none']);
  });

  it('speaks of the bell while they still charge', () => {
    const evening = glance({ probable: 15 }, { probable: [group(15, { later: true })] });
    expect(main(evening)).toEqual([15, 'willBe']);
    expect(main({ ...evening, bell: { ...evening.bell, why: 'now' } })).toEqual([15, 'probable']);
  });

  it('promises nothing where nothing is known', () => {
    expect(main(glance({ unknown: 15 }))).toEqual([null, 'nothing']);
    expect(main(glance({ unknown: 15 }, { charging: 12 }))).toEqual([12, 'charging']);
    expect(main(glance({ unknown: 15 }, { out: 15 }))).toEqual([15, 'out']);
    expect(main(glance({ low: 2, missing: 13 }))).toEqual([0, 'none']);
    expect(main(glance({ total: 0 }))).toEqual([null, 'noDevice']);
  });

  it('names who will not last and who never came back, up to three; counts the others', () => {
    const short = [
      { minutes: 20, numbers: [4, 9] },
      { minutes: 0, numbers: [2] },
    ];
    const gone = [
      { number: 7, since: AT, class: 'class_aaaaaaaaaaaaa' },
      { number: 8, since: null },
      { number: 9, since: '2026-11-20T09:00:00.000Z', class: 'class_aaaaaaaaaaaaa' },
    ];
    expect(notes(glance({ ready: 10, low: 3, missing: 2 }, { short, gone }))).toEqual([
      ['short.named', '4+9'],
      ['short.namedNone', '2'],
      ['gone.neverFrom', '7'],
      ['gone.notThere', '8'],
      ['gone.today', '9'],
    ]);
    const many = [1, 2, 3, 4].map((number) => ({ number, since: AT, class: 'class_bbbbbbbbbbbbb' }));
    expect(notes(glance({ ready: 11, missing: 4 }, { gone: many }))).toEqual([['gone.neverMany', '1+2+3+4']]);
    const various = [5, 15, 25].map((minutes) => ({ minutes, numbers: [minutes] }));
    expect(notes(glance({ ready: 12, low: 3 }, { short: various }))).toEqual([['short.various', undefined]]);
  });

  it('tells apart what is unknown for a reason', () => {
    const of = glance(
      { ready: 5, unknown: 10, lent: 3 },
      { charging: 2, out: 3, unplugged: [1], faulty: [2, 3] },
    );
    expect(notesOf(of, words).map(({ key, n }) => [key, n])).toEqual([
      ['faulty.named', 2],
      ['unplugged.named', 1],
      ['count.charging', 2],
      ['count.out', 3],
      ['count.unknown', 2],
      ['count.lent', 3],
    ]);
  });
});
