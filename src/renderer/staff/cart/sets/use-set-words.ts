/** The sentences about sets that several screens say. */
import { useI18n } from 'vue-i18n';
import type { BookingView, LoanView } from '../../../../contract/staff/cart-sets';
import { clockWords } from '../../typography';

export interface Parts {
  readonly parts: readonly (readonly number[])[];
}

const two = (n: number): string => String(n).padStart(2, '0');
/** « 10:30 », as a field of the clock wants it. @param minutes since midnight */
export const clockOf = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
/** Minutes since midnight; NaN for what is no time. */
export const minutesOf = (clock: string): number => {
  const match = /^(\d{1,2}):(\d{2})$/.exec(clock);
  return match ? Number(match[1]) * 60 + Number(match[2]) : Number.NaN;
};
/** « 2026-11-23 » of this computer's day. */
export const localDay = (when: Date): string =>
  `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;

/** Rounded, since a day of a clock change has 23 or 25 hours. */
const dayStart = (when: Date): number => new Date(when).setHours(0, 0, 0, 0);

export function useSetWords() {
  const { t, d, locale } = useI18n();

  const time = (minutes: number): string => clockWords(clockOf(minutes), locale.value);
  const hours = ({ start, end }: Pick<BookingView, 'start' | 'end'>): string =>
    t('sets.hours', { from: time(start), to: time(end) });
  const day = (date: string): string => d(new Date(`${date}T12:00:00`), 'day');

  const isRun = (bays: readonly number[]): boolean =>
    bays.every((bay, at) => at === 0 || bay === (bays[at - 1] ?? 0) + 1);
  /** « places 1 à 8 », « place 3 », « tout le lot » */
  function places(bays: readonly number[] | undefined): string {
    if (!bays) return t('sets.whole');
    const [first, last] = [bays[0] ?? 0, bays.at(-1) ?? 0];
    if (bays.length === 1) return t('sets.placeOne', { n: first });
    return isRun(bays)
      ? t('sets.placeRun', { from: first, to: last })
      : t('sets.placeList', { list: bays.join(', ') });
  }
  const whom = (to: BookingView['for']): string =>
    to.label ?? t(to.kind === 'class' ? 'sets.someClass' : 'sets.someActivity');

  /** « jusqu’à 15 h 30 » (`until`); « depuis hier, 15 h 30 » (`since`). */
  function moment(kind: 'until' | 'since', at: string, now: string): string {
    const when = new Date(at);
    const far = Math.round((dayStart(when) - dayStart(new Date(now))) / 86_400_000);
    const key = far === 0 ? 'today' : far === 1 ? 'tomorrow' : far === -1 ? 'yesterday' : 'day';
    return t(`sets.moment.${kind}.${key}`, { day: d(when, 'day'), time: clockWords(when, locale.value) });
  }
  /** « CP : places 9 à 15, jusqu’à 15 h 30 », « … à rendre depuis 15 h 30 » */
  const loan = (one: LoanView, now: string): string =>
    t(`sets.loan.${one.state}`, {
      places: places(one.bays),
      whom: whom(one.to),
      when: moment(one.state === 'out' ? 'until' : 'since', one.until, now),
    });

  return { t, d, locale, time, hours, day, places, whom, loan };
}
