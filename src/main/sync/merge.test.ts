import { describe, expect, it } from 'vitest';
import { BETWEEN, mergeTexts } from './merge';

const one = {
  rev: '2-b',
  body: { _id: 'plan_x', type: 'plan', v: 1, date: '2026-11-23', title: 'CE1', text: 'Une\npomme' },
};
const two = { rev: '2-a', body: { ...one.body, date: '2026-11-24', title: 'CE1 matin', text: 'Une tarte' } };

describe('keeping both texts', () => {
  it('loses no word, and is the same document wherever it is done', () => {
    const merged = mergeTexts([one, two]);
    expect(merged).toEqual(mergeTexts([two, one]));
    expect(merged).toEqual({
      ...one.body,
      title: 'CE1 / CE1 matin',
      text: `Une\npomme${BETWEEN}Une tarte`,
    });
  });
  it('does not repeat what is the same', () => {
    expect(mergeTexts([one, { ...one, rev: '2-c' }])).toEqual(one.body);
  });
});
