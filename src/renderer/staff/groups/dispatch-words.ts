import { useI18n } from 'vue-i18n';
import type { DispatchView } from '../../../contract/staff/dispatch';

/** When children are away, in a sentence; by the school's clock, whatever this computer's zone is. */
export function useDispatchWords() {
  const { t, d } = useI18n();
  const dayOf = (date: string, as: 'day' | 'date'): string => d(new Date(`${date}T12:00:00`), as);
  return {
    whenOf({ first, last, weekly }: Pick<DispatchView, 'first' | 'last' | 'weekly'>): string {
      if (weekly)
        return t('groups.when.weekly', {
          days: weekly.days.map((day) => t(`groups.weekly.${day}`).toLowerCase()).join(', '),
          from: weekly.from,
          to: weekly.to,
          first: dayOf(first.date, 'date'),
          last: dayOf(last.date, 'date'),
        });
      if (`${last.date} ${last.time}` <= `${first.date} ${first.time}`)
        return t('groups.when.never', { day: dayOf(first.date, 'day') });
      return first.date === last.date
        ? t('groups.when.day', { day: dayOf(first.date, 'day'), until: last.time })
        : t('groups.when.days', {
            from: dayOf(first.date, 'day'),
            until: dayOf(last.date, 'day'),
            time: last.time,
          });
    },
  };
}
