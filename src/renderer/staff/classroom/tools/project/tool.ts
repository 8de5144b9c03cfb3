import type { LessonToolFace } from '../../lesson-tools';
import ProjectOne from './ProjectOne.vue';
import ProjectPanel from './ProjectPanel.vue';
import ProjectStrip from './ProjectStrip.vue';

export const tool: LessonToolFace = {
  name: 'project',
  label: 'project.action',
  icon: 'projector',
  place: 'bar',
  rank: 30,
  panel: ProjectPanel,
  strip: ProjectStrip,
  seat: ProjectOne,
};
