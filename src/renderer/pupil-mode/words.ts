import en from './en.json';
import fr from './fr.json';

export type Word = keyof typeof fr;
export const language = navigator.language.startsWith('en') ? 'en' : 'fr';
const table: Readonly<Record<Word, string>> = language === 'en' ? en : fr;

export const t = (key: Word, params: Readonly<Record<string, string>> = {}): string =>
  unbroken(table[key].replace(/\{(\w+)\}/g, (_all, name: string) => params[name] ?? ''));

/** French signs never stand alone at the end or the beginning of a line. */
const unbroken = (text: string): string =>
  language === 'fr' ? text.replace(/« /g, '«\u00a0').replace(/ ([»:;!?])/g, '\u00a0$1') : text;
