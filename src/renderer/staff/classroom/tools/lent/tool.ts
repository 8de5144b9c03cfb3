import type { LessonToolFace } from '../../lesson-tools';
import LentStrip from './LentStrip.vue';

export const tool: LessonToolFace = {
  name: 'lent',
  label: 'sets.lesson.lent',
  icon: 'hand',
  place: 'strip',
  rank: 90,
  strip: LentStrip,
};
