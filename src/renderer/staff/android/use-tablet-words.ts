import { useI18n } from 'vue-i18n';
import type { TabletView } from '../../../contract/staff/android';
import type { Tone } from '../../kit';

const TONE: Readonly<Record<TabletView['state'], Tone>> = {
  ready: 'ok',
  unauthorised: 'warn',
  offline: 'stale',
  noPermission: 'bad',
  maintenance: 'warn',
  connecting: 'info',
  twin: 'bad',
};

/** How a tablet on the cable is called, and where it is known from. */
export function useTabletWords() {
  const { t } = useI18n();
  return {
    nameOf: (tablet: TabletView): string => tablet.label ?? tablet.model ?? t('android.tablets.unnamed'),
    hintOf: (tablet: TabletView): string =>
      [
        ...(tablet.label ? [tablet.model] : [t('android.tablets.unknown')]),
        tablet.serial ?? tablet.link,
        t(`android.tablets.kind.${tablet.kind}`),
      ]
        .filter(Boolean)
        .join(' · '),
    toneOf: ({ state }: TabletView): Tone => TONE[state],
  };
}
