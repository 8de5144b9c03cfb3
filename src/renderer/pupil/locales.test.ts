import { describe, expect, it } from 'vitest';
import { PICTURES } from '../../domain/people/pictures';
import { DRAWINGS } from '../kit/pictures/drawings';
import en from './locales/en.json';
import fr from './locales/fr.json';
import { errorWords, t, teacher } from './words';

const holes = (sentence: string): string[] => [...sentence.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort();
const frenchOfTools = import.meta.glob<Record<string, string>>('./tools/*/fr.json', {
  eager: true,
  import: 'default',
});
const englishOfTools = import.meta.glob<Record<string, string>>('./tools/*/en.json', {
  eager: true,
  import: 'default',
});
const sources = import.meta.glob<string>('./**/*.{ts,vue}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

describe('the words of the pupil app', () => {
  it('are the same set in both languages, with the same holes', () => {
    expect(Object.keys(en)).toEqual(Object.keys(fr));
    for (const [key, sentence] of Object.entries(fr))
      expect([key, holes(en[key as keyof typeof en])]).toEqual([key, holes(sentence)]);
  });

  it('are all used', () => {
    const code = Object.values(sources).join('\n');
    const unused = Object.keys(fr).filter((key) => {
      const stem = key.replace(/_(maitresse|maitre)$/, '');
      // `door.` and others are completed by a state's name.
      return !code.includes(`'${stem}'`) && !/^(door|picture|error|bar\.pen|item|text\.drop)\./.test(stem);
    });
    expect(unused).toEqual([]);
  });

  it('of each tool begin with its name, are the same set in both languages, and are all used', () => {
    const code = Object.values(sources).join('\n');
    for (const [path, french] of Object.entries(frenchOfTools)) {
      const english = englishOfTools[path.replace('fr.json', 'en.json')] ?? {};
      const tool = path.split('/')[2] ?? '';
      expect(Object.keys(english)).toEqual(Object.keys(french));
      for (const [key, sentence] of Object.entries(french)) {
        expect(key.startsWith(`${tool}.`)).toBe(true);
        expect([key, holes(english[key] ?? '')]).toEqual([key, holes(sentence)]);
        const stem = key.replace(/_(maitresse|maitre)$/, '');
        const parent = stem.slice(0, stem.lastIndexOf('.') + 1);
        expect([key, code.includes(`'${stem}'`) || code.includes(`\`${parent}\${`)]).toEqual([key, true]);
      }
    }
  });

  it('name every picture, and every picture is drawn', () => {
    for (const picture of PICTURES) {
      expect(fr).toHaveProperty([`picture.${picture}`]);
      expect(DRAWINGS[picture].length).toBeGreaterThan(1);
    }
  });

  it('say « la maîtresse » only where the class does', () => {
    expect(t('door.waiting')).toBe('La classe va bientôt commencer');
    teacher.value = 'maitresse';
    expect(t('door.waiting')).toBe('La maîtresse va ouvrir la classe');
    expect(t('back')).toBe('Retour');
    teacher.value = undefined;
  });

  it('always have something to say about a failure', () => {
    expect(errorWords('TRY_LATER', { seconds: 8 })).toBe('Attends 8 secondes, et essaie encore.');
    expect(errorWords('STORE_LOCKED')).toBe(t('error.other'));
  });
});
