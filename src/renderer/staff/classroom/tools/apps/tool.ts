import type { LessonToolFace } from '../../lesson-tools';
import AppsPanel from './AppsPanel.vue';
import AppsStrip from './AppsStrip.vue';

export const tool: LessonToolFace = {
  name: 'apps',
  label: 'apps.action',
  icon: 'device',
  place: 'menu',
  rank: 45,
  panel: AppsPanel,
  strip: AppsStrip,
};
