import { useI18n } from 'vue-i18n';
import type { ChargingView } from '../../../../contract/staff/charging';
import { clockWords } from '../../typography';
import { momentParts } from '../time-words';

type Place = NonNullable<ChargingView['plan']>['places'][number];

const ROUND_MS = 10 * 60_000;

/** The sentences of a plan. */
export function useChargingWords() {
  const { t, locale } = useI18n();
  const clock = (ms: number): string => clockWords(new Date(ms), locale.value);
  /** A forecast to the minute would be a lie. */
  const moment = (ms: number, now: number): string => {
    const rounded = Math.round(ms / ROUND_MS) * ROUND_MS;
    const { key, time, day } = momentParts(new Date(rounded).toISOString(), now, locale.value);
    return t(`cart.moment.${key}`, { time, day });
  };
  const name = (
    { number, bay }: Pick<Place, 'number' | 'bay'>,
    labels: ReadonlyMap<number, string>,
  ): string =>
    labels.get(bay) ?? (number === null ? t('cart.place', { number: bay }) : t('cart.tablet', { number }));
  /** « 14,2 Wh » */
  const wattHours = (value: number): string =>
    t('charging.wattHours', {
      value: new Intl.NumberFormat(locale.value, { maximumFractionDigits: 1 }).format(value),
    });
  /** Why a place does what it does, one sentence a reason. */
  const why = ({ words }: Place, now: number): string[] => {
    const late = words.filter(({ code }) => code === 'late');
    return (late.length > 0 ? late : words).map((word) => {
      switch (word.code) {
        case 'charges':
          return t('charging.why.charges', { until: moment(word.until, now) });
        case 'turn':
          return t('charging.why.turn', { from: moment(word.from, now), until: moment(word.until, now) });
        case 'held':
          return t('charging.why.held', { percent: word.percent, from: moment(word.from, now) });
        case 'window':
          return t('charging.why.window', { from: moment(word.from, now) });
        case 'full':
          return t('charging.why.full', { from: moment(word.from, now) });
        case 'late':
          return t('charging.why.late', { percent: word.percent, at: moment(word.fullAt, now) });
        case 'hot':
          return word.by === 'device'
            ? t('charging.why.hotDevice', { celsius: word.celsius ?? '' })
            : t('charging.why.hot');
        default:
          return t(`charging.why.${word.code}`);
      }
    });
  };
  return { t, locale, clock, moment, name, why, wattHours };
}
