import type { LessonToolFace } from '../../lesson-tools';
import CheckPanel from './CheckPanel.vue';

export const tool: LessonToolFace = {
  name: 'check',
  label: 'check.action',
  icon: 'repair',
  place: 'menu',
  rank: 80,
  panel: CheckPanel,
};
