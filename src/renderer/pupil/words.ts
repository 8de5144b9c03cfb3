import { ref, shallowRef } from 'vue';
import fr from './locales/fr.json';

export type WordKey = keyof typeof fr;
export type Params = Readonly<Record<string, string | number | boolean>>;
type Words = Readonly<Record<string, string>>;

const table = shallowRef<Words>(fr);
export const language = ref<'fr' | 'en'>('fr');
/** How the class calls its teacher: a sentence with that ending is taken where there is one. */
export const teacher = ref<'maitresse' | 'maitre'>();

/** Another language is fetched only when asked for. */
export async function setLanguage(to: 'fr' | 'en'): Promise<void> {
  table.value = to === 'en' ? ((await import('./locales/en.json')).default as Words) : fr;
  language.value = to;
  document.documentElement.lang = to;
}

/** The sentence for a key: `key_maitresse` before `key` when the class says « maîtresse ». */
export function t(key: WordKey, params: Params = {}): string {
  const words = table.value;
  const sentence = (teacher.value && words[`${key}_${teacher.value}`]) ?? words[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (_all, name: string) => String(params[name] ?? ''));
}

/** A child's words for a failure; a code without its own sentence gets the general one. */
export function errorWords(code: string, params: Params = {}): string {
  const key = `error.${code}`;
  return key in fr ? t(key as WordKey, params) : t('error.other');
}
