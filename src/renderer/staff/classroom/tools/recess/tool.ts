import type { LessonToolFace } from '../../lesson-tools';
import RecessStrip from './RecessStrip.vue';

export const tool: LessonToolFace = {
  name: 'recess',
  label: 'recess.action',
  icon: 'pause',
  place: 'menu',
  rank: 50,
  act: (staff) => staff.request('recess.start', {}),
  strip: RecessStrip,
};
