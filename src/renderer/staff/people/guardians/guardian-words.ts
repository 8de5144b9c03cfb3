import { useI18n } from 'vue-i18n';
import type { GuardianSummary, StandingSummary } from '../../../../contract/staff/guardians';
import type { Tone } from '../../../kit';

/** Sentences about parental authority that several screens say. */
export function useGuardianWords() {
  const { t, d } = useI18n();
  const day = (date: string): string => d(new Date(`${date}T12:00:00`), 'date');
  const holds = (
    said: StandingSummary['holds'] | 'undone',
    { civility }: Pick<GuardianSummary, 'civility'> = {},
  ): string =>
    said === 'alone' ? t(`guardians.holds.alone.${civility ?? 'any'}`) : t(`guardians.holds.${said}`);
  const basis = ({ kind, seenOn }: NonNullable<StandingSummary['basis']>): string =>
    seenOn
      ? t('guardians.basis.seen', { what: t(`guardians.basis.${kind}`), date: day(seenOn) })
      : t(`guardians.basis.${kind}`);
  return {
    day,
    holds,
    basis,
    tone: ({ holds: said, disputed }: StandingSummary): Tone =>
      disputed ? 'bad' : said === 'toConfirm' ? 'warn' : said === 'none' ? 'idle' : 'ok',
    /** « depuis le… jusqu'au…, jugement vu le… » */
    since: ({ from, until, basis: why }: StandingSummary): string =>
      [
        from ? t('guardians.since', { date: day(from) }) : '',
        until ? t('guardians.until', { date: day(until) }) : '',
        why ? basis(why) : '',
      ]
        .filter(Boolean)
        .join(', '),
    /** One line each. */
    address: ({ street, postcode, city, country }: Record<string, string>): string[] =>
      [street ?? '', [postcode, city].filter(Boolean).join(' '), country ?? ''].filter(Boolean),
    /** Two digits at a time, as one reads a French number aloud. */
    phone: (number: string): string =>
      /^0\d{9}$/.test(number) ? number.replace(/(\d\d)(?=\d)/g, '$1\u00a0') : number,
  };
}
