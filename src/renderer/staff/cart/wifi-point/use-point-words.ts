/** The sentences about a Wi-Fi point. */
import { useI18n } from 'vue-i18n';
import type { PointOutcome, PointView } from '../../../../contract/staff/wifi-point';
import type { Tone } from '../../../kit';
import { clockWords } from '../../typography';
import { momentParts } from '../time-words';

export function usePointWords() {
  const { t, locale } = useI18n();
  const moment = (at: string): string => {
    const { key, ...parts } = momentParts(at, Date.now(), locale.value);
    return t(`cart.moment.${key}`, parts);
  };
  const clock = (at: string): string => clockWords(new Date(at), locale.value);

  /** « éteinte », « allumée », and how it is known. */
  const state = ({ light }: PointView): string => t(`wifiPoint.light.${light.value}`);
  const known = ({ light, answering }: PointView): string =>
    t(
      `wifiPoint.basis.${light.basis}`,
      { when: light.at ? moment(light.at) : '', n: answering },
      Math.max(1, answering),
    );
  /** Off is how it is left: nothing to look at twice. */
  const tone = ({ light, forgotten }: PointView): Tone =>
    light.value === 'off' ? 'idle' : light.value === 'unknown' ? 'stale' : forgotten ? 'warn' : 'ok';

  /** Who needs it, and until when at most. */
  const held = ({ holds }: PointView): string[] =>
    holds.map(({ use, by, here, until }) =>
      t(`wifiPoint.hold.${here ? 'here' : 'there'}.${use}`, {
        by: by || t('wifiPoint.hold.somebody'),
        until: clock(until),
      }),
    );
  /** What became of a gesture, when it is not simply done. */
  const outcome = (result: PointOutcome | undefined): string => {
    if (!result || result.outcome === 'done') return '';
    if (result.outcome === 'kept') return t('wifiPoint.outcome.kept', { n: result.others }, result.others);
    if (result.outcome === 'byHand' || result.outcome === 'elsewhere')
      return t(`wifiPoint.outcome.${result.outcome}`);
    return t(`wifiPoint.outcome.${result.outcome}`, { code: result.code });
  };
  return { t, moment, clock, state, known, tone, held, outcome };
}
