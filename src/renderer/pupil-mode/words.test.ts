import { expect, it } from 'vitest';
import en from './en.json';
import fr from './fr.json';

const holes = (sentence: string): string[] => [...sentence.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort();

it('the local page of pupil mode says the same in both languages', () => {
  expect(Object.keys(en)).toEqual(Object.keys(fr));
  for (const [key, sentence] of Object.entries(fr))
    expect([key, holes(en[key as keyof typeof en])]).toEqual([key, holes(sentence)]);
});
