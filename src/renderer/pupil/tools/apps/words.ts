import { language } from '../../words';
import en from './words/en.json';
import fr from './words/fr.json';

/** Fetched with the page that needs them: a plain browser never reads these words. */
export function say(key: keyof typeof fr, params: Readonly<Record<string, string>> = {}): string {
  const sentence = (language.value === 'en' ? en : fr)[key];
  return sentence.replace(/\{(\w+)\}/g, (_all, name: string) => params[name] ?? '');
}
