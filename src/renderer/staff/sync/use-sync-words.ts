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
  return {
    t,
    size,
    moment,
    /** « dernière cette nuit, 2,1 Mo » */
    lastRun: (run: RunRecord): string =>
      t('sync.last', { when: moment(run.at), size: size(run.up + run.down) }),
  };
}
