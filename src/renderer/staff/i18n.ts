import { createI18n } from 'vue-i18n';
import { setKitLanguage } from '../kit';
import { frenchHours, frenchTypography } from './typography';

type Messages = Readonly<Record<string, unknown>>;

/** One language at a start. French is complete, English is kept in step (a test compares keys): neither needs the other. */
async function messagesOf(locale: 'fr' | 'en'): Promise<Messages> {
  const { files } = await (locale === 'fr' ? import('./locales/fr') : import('./locales/en'));
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [path.slice(2, -5), content]));
}

const DATETIMES = {
  time: { hour: '2-digit', minute: '2-digit' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  date: { day: 'numeric', month: 'long', year: 'numeric' },
  moment: { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' },
  stamp: { day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit' },
} as const;

export async function createStaffI18n(locale: 'fr' | 'en') {
  setKitLanguage(locale);
  document.documentElement.lang = locale;
  const i18n = createI18n<false>({
    legacy: false,
    locale,
    // The files are checked against each other by a test, not by the compiler.
    messages: { [locale]: await messagesOf(locale) } as never,
    datetimeFormats: { [locale]: DATETIMES } as never,
    postTranslation: (text) => (typeof text === 'string' && locale === 'fr' ? frenchTypography(text) : text),
  });
  const { d } = i18n.global;
  if (locale === 'fr')
    Object.assign(i18n.global, { d: (...given: Parameters<typeof d>) => frenchHours(d(...given)) });
  return i18n;
}
