/** The sentences about what was asked of the devices of a cart. */
import { useI18n } from 'vue-i18n';
import type { PowerDevice, PowerRun } from '../../../../contract/staff/power';
import { useConnectorWords } from '../../classroom/use-connector-words';
import type { Tone } from '../../../kit';

type Outcome = NonNullable<PowerRun['outcomes'][number]['outcome']>;

export function usePowerWords() {
  const { t } = useI18n();
  const connectors = useConnectorWords();
  const said = (outcome: Outcome): string =>
    outcome.state === 'blocked' || outcome.state === 'out-of-reach'
      ? t(`power.outcome.${outcome.state}`)
      : connectors.said(outcome);
  const tone = (outcome: Outcome): Tone =>
    outcome.state === 'blocked' || outcome.state === 'out-of-reach' ? 'idle' : connectors.tone(outcome);
  /** Who works on it; else what it is. */
  const hint = (one: PowerDevice): string | undefined => {
    if (one.names.length) return t('power.working', { names: one.names.join(', ') }, one.names.length);
    if (one.state === 'working') return t('power.workingNobody');
    if (one.by === 'adb' || one.by === 'rfb') return t(`power.by.${one.by}`);
    return one.orders.includes('wake') ? undefined : t('power.noWake');
  };
  return { t, said, tone, hint };
}
