import { useI18n } from 'vue-i18n';
import type { DispatchView } from '../../../contract/staff/dispatch';

/** When children are away, in a sentence. */
export function useDispatchWords() {
  const { t, d } = useI18n();
  return {
    whenOf({ from, until, weekly }: Pick<DispatchView, 'from' | 'until' | 'weekly'>): string {
      const [start, end] = [new Date(from), new Date(until)];
      if (weekly)
        return t('groups.when.weekly', {
          days: weekly.days.map((day) => t(`groups.weekly.${day}`).toLowerCase()).join(', '),
          from: weekly.from,
          to: weekly.to,
          first: d(start, 'date'),
          last: d(end, 'date'),
        });
      return start.toDateString() === end.toDateString()
        ? t('groups.when.day', { day: d(start, 'day'), until: d(end, 'time') })
        : t('groups.when.days', { from: d(start, 'moment'), until: d(end, 'moment') });
    },
  };
}
