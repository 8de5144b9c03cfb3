import { ref, shallowRef } from 'vue';
import fr from './locales/fr.json';

export type WordKey = keyof typeof fr;
export type Params = Readonly<Record<string, string | number | boolean>>;
type Words = Readonly<Record<string, string>>;

/** Each tool brings its own words, under `<tool>.`. */
const ofTools = import.meta.glob<Words>('./tools/*/fr.json', { eager: true, import: 'default' });
const french: Words = Object.assign({}, fr, ...Object.values(ofTools)) as Words;
const englishOfTools = import.meta.glob<Words>('./tools/*/en.json', { import: 'default' });
const table = shallowRef<Words>(french);
export const language = ref<'fr' | 'en'>('fr');
/** How the class calls its teacher: a sentence with that ending is taken where there is one. */
export const teacher = ref<'maitresse' | 'maitre'>();

/** Another language is fetched only when asked for. */
export async function setLanguage(to: 'fr' | 'en'): Promise<void> {
  table.value = to === 'en' ? await english() : french;
  language.value = to;
  document.documentElement.lang = to;
}

async function english(): Promise<Words> {
  const tools = await Promise.all(Object.values(englishOfTools).map((load) => load()));
  return Object.assign({}, (await import('./locales/en.json')).default, ...tools) as Words;
}

/** A tool's sentence; its keys are checked by a test. */
export const tt = (key: `${string}.${string}`, params: Params = {}): string => say(key, params);

/** The sentence for a key: `key_maitresse` before `key` when the class says « maîtresse ». */
export const t = (key: WordKey, params: Params = {}): string => say(key, params);

function say(key: string, params: Params): string {
  const words = table.value;
  const sentence = (teacher.value && words[`${key}_${teacher.value}`]) ?? words[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (_all, name: string) => String(params[name] ?? ''));
}

/** A child's words for a failure; a code without its own sentence gets the general one. */
export function errorWords(code: string, params: Params = {}): string {
  const key = `error.${code}`;
  return key in fr ? t(key as WordKey, params) : t('error.other');
}
