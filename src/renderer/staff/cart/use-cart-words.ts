/** The sentences about a cart that several components say. */
import { useI18n } from 'vue-i18n';
import { ageParts, momentParts } from './time-words';
import type { CartPanelView, PanelBayView } from '../../../contract/staff/cart';

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
  /** « depuis hier à 16 h 25 », « depuis 10 h 42 » */
  const since = (at: string, now: number): string => {
    const { key, ...parts } = momentParts(at, now, locale.value);
    return t(`cart.since.${key}`, parts);
  };
  const source = (name: string): string => t(`cart.source.${name}`);
  /** « d’après la borne de charge, il y a 2 s » */
  const according = (name: string, seconds: number): string =>
    t('cart.according', { source: source(name), age: age(seconds) });
  const percent = (value: number): string => t('cart.percent', { value: n(Math.round(value)) });
  const value = (one: Value): string =>
    typeof one.value === 'number' ? percent(one.value) : t(`cart.power.${one.value}`);
  /** « 13 probablement prêtes (rangées hier à 16 h 25, branchées) » */
  const probable = (group: CartPanelView['probable'][number], now: number): string =>
    t('cart.probable', { count: group.count, when: moment(group.since, now) }, group.count);
  const name = (bay: PanelBayView): string =>
    bay.device ? t('cart.tablet', { number: bay.device.number }) : t('cart.place', { number: bay.bay });

  return { t, n, age, moment, since, source, according, percent, value, probable, name };
}
