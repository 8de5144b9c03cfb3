import { app } from 'electron';
import en from './locales/en.json';
import fr from './locales/fr.json';

type Key = keyof typeof fr;

/** The few sentences that must be said when no window can say them. */
export function words(key: Key): string {
  return (locale() === 'en' ? en : fr)[key];
}

/** French unless the machine speaks English. */
export function locale(): 'fr' | 'en' {
  return app.getLocale().startsWith('en') ? 'en' : 'fr';
}

export function fatalSentence(code: string): string {
  const key = `fatal.${code}`;
  return key in fr ? words(key as Key) : `${words('fatal.other')} (${code})`;
}
