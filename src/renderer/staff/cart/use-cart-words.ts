/** The sentences about a cart that several components say. */
import { useI18n } from 'vue-i18n';
import { ageParts, momentParts } from './time-words';
import type { Said } from './headline';
import type { PanelBayView } from '../../../contract/staff/cart';

type Value = PanelBayView['conflicts'][number]['values'][number];

export function useCartWords() {
  const { t, locale } = useI18n();

  const n = (value: number): string => new Intl.NumberFormat(locale.value).format(value);

  const age = (seconds: number): string => {
    const parts = ageParts(seconds);
    return t(`cart.age.${parts.key}`, { n: parts.n }, parts.n);
  };
  const moment = (at: string, now: number): string => {
    const { key, ...parts } = momentParts(at, now, locale.value);
    return t(`cart.moment.${key}`, parts);
  };
  /** « 8 h 51 », « demain à 8 h 51 »: after « entre » or between brackets. */
  const bare = (at: string, now: number): string => {
    const { key, ...parts } = momentParts(at, now, locale.value);
    return key === 'today' ? parts.time : t(`cart.moment.${key}`, parts);
  };
  /** « depuis hier à 16 h 25 », « depuis 10 h 42 » */
  const since = (at: string, now: number): string => {
    const { key, ...parts } = momentParts(at, now, locale.value);
    return t(`cart.since.${key}`, parts);
  };
  /** « depuis jeudi », « depuis ce matin » is « depuis 10 h 42 » */
  const sinceDay = (at: string, now: number): string => {
    const { key, ...parts } = momentParts(at, now, locale.value);
    return t(`cart.sinceDay.${key}`, parts);
  };
  const source = (name: string): string => t(`cart.source.${name}`);
  /** « d’après la borne de charge, il y a 2 s » */
  const according = (name: string, seconds: number): string =>
    t('cart.according', { source: source(name), age: age(seconds) });
  const percent = (value: number): string => t('cart.percent', { value: n(Math.round(value)) });
  const value = (one: Value): string =>
    typeof one.value === 'number' ? percent(one.value) : t(`cart.power.${one.value}`);
  const say = ({ key, params, n: count }: Said): string => t(`cart.say.${key}`, params, count);
  /** « la 4, la 9 et la 12 » */
  const list = (numbers: readonly number[]): string =>
    new Intl.ListFormat(locale.value, { type: 'conjunction' }).format(
      numbers.map((number) => t('cart.the', { number })),
    );
  /** « 20 min », « 2 h 30 »: rounded down, as nobody minds a tablet that lasts longer. @param minutes 0 or more */
  const duration = (minutes: number): string => {
    if (minutes < 60) return t('cart.minutes', { n: Math.max(0, Math.floor(minutes / 5) * 5) });
    const halves = Math.floor(minutes / 30);
    const hours = Math.floor(halves / 2);
    return halves % 2 === 1 ? t('cart.hoursAndHalf', { n: hours }) : t('cart.hours', { n: hours });
  };
  /** « tiendra 2 h 30 » at the bell, « tient 2 h 30 » now. */
  const lasts = (minutes: number, ahead: boolean): string =>
    minutes < 5
      ? t('cart.lastsNothing')
      : t(ahead ? 'cart.willLast' : 'cart.lasts', { duration: duration(minutes) });
  /** A sentence that stands alone begins with a capital: « La 7 manque ». */
  const alone = (sentence: string): string =>
    sentence.charAt(0).toLocaleUpperCase(locale.value) + sentence.slice(1);
  const name = (bay: PanelBayView): string =>
    bay.device
      ? (bay.device.label ?? t('cart.tablet', { number: bay.device.number }))
      : t('cart.place', { number: bay.bay });

  return {
    t,
    n,
    age,
    moment,
    since,
    sinceDay,
    source,
    according,
    percent,
    value,
    say,
    list,
    duration,
    lasts,
    alone,
    bare,
    name,
  };
}
