import { useI18n } from 'vue-i18n';
import { momentParts } from './moment-words';
import { sizeParts } from './size-words';
import type { SyncStatus } from '../../../contract/staff/sync';

export type RunRecord = NonNullable<SyncStatus['commune']['last']>;

/** Sentences of this screen that are put together from figures. */
export function useSyncWords() {
  const { t, n, locale } = useI18n();
  const size = (bytes: number): string => {
    const parts = sizeParts(bytes);
    return t(`sync.size.${parts.key}`, { n: n(parts.n, { maximumFractionDigits: 1 }) });
  };
  const moment = (at: string): string => {
    const parts = momentParts(at, Date.now(), locale.value);
    return t(`sync.moment.${parts.key}`, { time: parts.time, day: parts.day });
  };
  /** « ce soir à 20 h 15 » for what is still to come. */
  const coming = (at: string): string => {
    const when = new Date(at);
    const { time, day } = momentParts(at, when.getTime() + 24 * 3_600_000, locale.value);
    const days = Math.round((startOf(when) - startOf(new Date())) / 86_400_000);
    const evening = when.getHours() >= 18;
    const key = days <= 0 ? (evening ? 'tonight' : 'today') : days === 1 ? 'tomorrow' : 'day';
    return t(`sync.coming.${key}`, { time, day });
  };
  return {
    t,
    /** « lundi 23 novembre », from a local date. */
    day: (date: string): string =>
      new Date(`${date}T12:00:00`).toLocaleDateString(locale.value, {
        weekday: 'long',
        day: 'numeric',
        month: 'long',
      }),
    n,
    size,
    moment,
    coming,
    /** « dernière cette nuit, 2,1 Mo » */
    lastRun: (run: RunRecord): string =>
      t('sync.last', { when: moment(run.at), size: size(run.up + run.down) }),
  };
}

const startOf = (date: Date): number => new Date(date).setHours(0, 0, 0, 0);
