import type { LessonToolFace } from '../../lesson-tools';
import ShowOne from './ShowOne.vue';
import ShowPanel from './ShowPanel.vue';
import ShowStrip from './ShowStrip.vue';

export const tool: LessonToolFace = {
  name: 'show',
  label: 'show.action',
  icon: 'screen',
  place: 'menu',
  rank: 20,
  panel: ShowPanel,
  strip: ShowStrip,
  seat: ShowOne,
};
