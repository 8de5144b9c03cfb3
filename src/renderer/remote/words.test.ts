import { expect, it } from 'vitest';
import en from './en.json';
import fr from './fr.json';

const holes = (sentence: string): string[] =>
  [...new Set([...sentence.matchAll(/\{\w+\}/g)].map(([hole]) => hole))].sort();

it('the remote control says the same in both languages', () => {
  expect(Object.keys(en)).toEqual(Object.keys(fr));
  for (const [key, sentence] of Object.entries(fr))
    expect([key, holes(en[key as keyof typeof en])]).toEqual([key, holes(sentence)]);
});

const sources = import.meta.glob<string>('./**/*.{ts,vue}', {
  query: '?raw',
  import: 'default',
  eager: true,
});
it('uses every sentence it has', () => {
  const code = Object.values(sources).join('\n');
  const unused = Object.keys(fr).filter(
    (key) =>
      !code.includes(`'${key}'`) &&
      !/^(error|tab|wall\.(home|item|homework|attention|join|left|silent|asked|shown|seen|unseen)|roll\.(present|absent|late))/.test(
        key,
      ),
  );
  expect(unused).toEqual([]);
});
