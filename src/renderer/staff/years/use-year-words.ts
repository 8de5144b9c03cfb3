import { useI18n } from 'vue-i18n';

/** Days and years as one says them at school. */
export function useYearWords() {
  const { t, locale } = useI18n();
  return {
    t,
    locale,
    /** « 5 juillet 2027 », « 1er juin 2028 », from a local date. */
    day: (date: string): string =>
      new Date(`${date.slice(0, 10)}T12:00:00`)
        .toLocaleDateString(locale.value, { day: 'numeric', month: 'long', year: 'numeric' })
        .replace(/^1 (?=\p{Letter})/u, locale.value.startsWith('fr') ? '1er ' : '1 '),
    /** « 2026-2027 ». */
    yearName: (year: number): string => `${String(year)}-${String(year + 1)}`,
  };
}
