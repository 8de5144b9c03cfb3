import type { LessonToolFace } from '../../lesson-tools';
import InternetPanel from './InternetPanel.vue';
import InternetStrip from './InternetStrip.vue';

export const tool: LessonToolFace = {
  name: 'internet',
  label: 'internet.action',
  icon: 'page',
  place: 'menu',
  rank: 40,
  panel: InternetPanel,
  strip: InternetStrip,
};
