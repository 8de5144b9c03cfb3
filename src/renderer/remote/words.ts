import type { ErrorParams } from '../../domain/errors';
import en from './en.json';
import fr from './fr.json';

export type Word = keyof typeof fr;
const table: Readonly<Record<Word, string>> = navigator.language.startsWith('fr') ? fr : en;

/** « one | {n} many » where the sentence counts. */
export function t(key: Word, params: ErrorParams = {}): string {
  const [one = '', many = one] = table[key].split(' | ');
  const sentence = Number(params['n'] ?? 1) > 1 ? many : one;
  return sentence.replace(/\{(\w+)\}/g, (_all, name: string) => String(params[name] ?? ''));
}

export function errorWords(code: string, params: ErrorParams = {}): string {
  const key = `error.${code}`;
  return key in table ? t(key as Word, params) : t('error.other');
}
