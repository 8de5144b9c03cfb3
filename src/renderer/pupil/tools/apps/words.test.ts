import { describe, expect, it } from 'vitest';
import { language } from '../../words';
import { say } from './words';
import en from './words/en.json';
import fr from './words/fr.json';

describe('the words of the applications', () => {
  it('are the same set in both languages, with the same holes', () => {
    const holes = (sentence: string): string[] => sentence.match(/\{\w+\}/g) ?? [];
    expect(Object.keys(en)).toEqual(Object.keys(fr));
    for (const [key, sentence] of Object.entries(fr))
      expect([key, holes(en[key as keyof typeof en])]).toEqual([key, holes(sentence)]);
  });
  it('follow the language of the page', () => {
    expect(say('closed', { names: 'Dessin' })).toBe('Fermé : Dessin. Ce n’est pas pour maintenant.');
    language.value = 'en';
    expect(say('isOpen')).toBe('open');
    language.value = 'fr';
  });
});
