import { createI18n } from 'vue-i18n';
import { setKitLanguage } from '../kit';
import { frenchTypography } from './typography';

type Messages = Record<string, unknown>;
const files = import.meta.glob<Messages>('./locales/*/*.json', { eager: true, import: 'default' });

/** `locales/fr/cart.json` is `t('cart.…')`. French is complete, English is kept in step (a test compares keys). */
function messagesOf(locale: 'fr' | 'en'): Messages {
  const messages: Messages = {};
  for (const [path, content] of Object.entries(files)) {
    const match = /locales\/(fr|en)\/(.+)\.json$/.exec(path);
    if (match?.[1] === locale && match[2]) messages[match[2]] = content;
  }
  return messages;
}

const DATETIMES = {
  time: { hour: '2-digit', minute: '2-digit' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  date: { day: 'numeric', month: 'long', year: 'numeric' },
  moment: { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' },
} as const;

export function createStaffI18n(locale: 'fr' | 'en') {
  setKitLanguage(locale);
  document.documentElement.lang = locale;
  return createI18n<false>({
    legacy: false,
    locale,
    fallbackLocale: 'fr',
    // The files are checked against each other by a test, not by the compiler.
    messages: { fr: messagesOf('fr'), en: messagesOf('en') } as never,
    datetimeFormats: { fr: DATETIMES, en: DATETIMES } as never,
    postTranslation: (text) => (typeof text === 'string' && locale === 'fr' ? frenchTypography(text) : text),
  });
}
