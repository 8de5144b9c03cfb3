import { useI18n } from 'vue-i18n';
import type { AppsOutcome } from '../../../../../contract/staff/apps';
import { useConnectorWords } from '../../use-connector-words';

const OWN = ['browser-tablet', 'browser-computer', 'reached', 'resting', 'still-open', 'failed'] as const;

/** What became of it on one device: one cause, one gesture. */
export function useAppsWords() {
  const { t, d } = useI18n();
  const connectors = useConnectorWords();
  return {
    said(outcome: AppsOutcome): string {
      if (outcome.state === 'done') return connectors.said(outcome);
      if (outcome.state === 'no-answer') {
        const at = d(new Date(outcome.since), 'time');
        return `${t('apps.noAnswer', { at })} ${t(`connectors.cause.${outcome.cause}`)}`;
      }
      const own = OWN.find((why) => why === outcome.why);
      return own ? t(`apps.why.${own}`) : t(`connectors.why.${outcome.why}`);
    },
  };
}
