import type { LessonToolFace } from '../../lesson-tools';
import EndLesson from './EndLesson.vue';

export const tool: LessonToolFace = {
  name: 'clean',
  label: 'clean.action',
  icon: 'stop',
  place: 'menu',
  rank: 99,
  panel: EndLesson,
};
