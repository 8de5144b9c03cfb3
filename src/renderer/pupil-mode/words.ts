import en from './en.json';
import fr from './fr.json';

export type Word = keyof typeof fr;
export const language = navigator.language.startsWith('en') ? 'en' : 'fr';
const table: Readonly<Record<Word, string>> = language === 'en' ? en : fr;

export const t = (key: Word, params: Readonly<Record<string, string>> = {}): string =>
  table[key].replace(/\{(\w+)\}/g, (_all, name: string) => params[name] ?? '');
