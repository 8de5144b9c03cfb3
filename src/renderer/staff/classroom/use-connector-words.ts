import { useI18n } from 'vue-i18n';
import type { ConnectorOutcome } from '../../../contract/staff/connectors';

/** What became of a command on a computer reached without a browser: one cause, one gesture. */
export function useConnectorWords() {
  const { t } = useI18n();
  return {
    said(outcome: ConnectorOutcome): string {
      if (outcome.state === 'impossible') return t(`connectors.why.${outcome.why}`);
      if (outcome.state === 'no-answer') return t(`connectors.cause.${outcome.cause}`);
      return t(`connectors.outcome.${outcome.state}`);
    },
    tone: (outcome: ConnectorOutcome) =>
      (({ done: 'ok', asked: 'warn', impossible: 'bad', 'no-answer': 'bad' }) as const)[outcome.state],
  };
}
