import { useI18n } from 'vue-i18n';
import type { RegisterEntryView } from '../../../contract/staff/privacy';

type Keeping = RegisterEntryView['keeping'][number];

/** The words of privacy: codes of the contract as a head would say them. */
export function usePrivacyWords() {
  const { t, te, d, locale } = useI18n();
  const day = (date: string): string =>
    new Date(`${date.slice(0, 10)}T12:00:00`).toLocaleDateString(locale.value, {
      day: 'numeric',
      month: 'long',
      year: 'numeric',
    });
  const moment = (instant: string): string => d(new Date(instant), 'stamp');
  const known = (key: string, fallback: string): string => (te(key) ? t(key) : fallback);
  const typeName = (type: string): string => known(`privacy.type.${type}`, type);
  const fieldName = (name: string): string => known(`privacy.field.${name.replaceAll('.', '_')}`, name);
  const actionName = (action: string): string => t(`privacy.action.${action.replaceAll('.', '_')}`);

  function keeping({ months, from, source }: Keeping): string {
    if (months === undefined) {
      const said = ['base', 'leaver', 'trust', 'thing'].includes(source) ? source : 'other';
      return t(`privacy.keep.${said}`);
    }
    if (from === 'year' && months === 0) return t('privacy.keep.yearOnly');
    const years = months % 12 === 0 && months >= 24 ? months / 12 : undefined;
    if (from === 'year')
      return years === undefined
        ? t('privacy.keep.year', { months })
        : t('privacy.keep.yearYears', { years });
    return years === undefined ? t('privacy.keep.date', { months }) : t('privacy.keep.years', { years });
  }
  const list = (words: readonly string[]): string =>
    words.length === 0
      ? t('privacy.none')
      : new Intl.ListFormat(locale.value, { type: 'conjunction' }).format(words);
  const readers = ({ recipients }: RegisterEntryView): string =>
    list([
      ...recipients.roles.map((role) => t(`privacy.role.${role}`)),
      ...(recipients.families ? [t('privacy.families')] : []),
    ]);
  /** Each duration once, with what it is for where there are several. */
  function durations(entry: RegisterEntryView): { types: string; long: string; why: string }[] {
    const found = new Map<string, { types: string[]; why: Set<string> }>();
    for (const one of entry.keeping) {
      const long = keeping(one);
      const known = found.get(long) ?? { types: [], why: new Set<string>() };
      known.types.push(typeName(one.type));
      known.why.add(t(`privacy.source.${one.source}`));
      found.set(long, known);
    }
    return [...found].map(([long, { types, why }]) => ({
      long,
      types: list(types),
      why: [...why].join(' '),
    }));
  }
  /** As a sentence begins. */
  const begun = (text: string): string => text.charAt(0).toLocaleUpperCase(locale.value) + text.slice(1);
  return { t, begun, day, moment, typeName, fieldName, actionName, keeping, list, readers, durations };
}

/** Puts a text where the person keeps downloads. */
export function saveText(text: string, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  Object.assign(document.createElement('a'), { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}
